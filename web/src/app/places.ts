import type { IconName } from '../parts/Icon';

/** A place of the app in the navigation. */
export interface Place {
  to: string;
  word: string;
  icon: IconName;
  also?: string[];
  /** A number to be seen at once, with what it counts. */
  count?: { number: string; words: string; isAlert?: boolean };
  /** A telephone shows it behind More. */
  second?: boolean;
}
