/** Cuts a text that comes in pieces into its lines; blank ones are passed over. */
export class LineSplitter {
  private rest = '';
  constructor(private readonly tell: (line: string) => void) {}

  /** Takes the next piece and tells the lines that are complete with it. */
  take(piece: string): void {
    const lines = (this.rest + piece).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.say(line);
  }

  /** Tells a last line without a line break. */
  end(): void {
    const last = this.rest;
    this.rest = '';
    this.say(last);
  }

  private say(line: string): void {
    if (line.trim() !== '') this.tell(line);
  }
}
