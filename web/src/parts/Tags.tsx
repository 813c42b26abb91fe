/** Tags as small labels; more than a few are counted. */
export function Tags({ tags, most = 4 }: { tags: string[]; most?: number }) {
  if (tags.length === 0) return null;
  return (
    <span className="tags">
      {tags.slice(0, most).map((tag) => (
        <span key={tag} className="tag">
          {tag}
        </span>
      ))}
      {tags.length > most ? (
        <span className="tag tag-more" title={tags.slice(most).join(', ')}>
          +{tags.length - most}
        </span>
      ) : null}
    </span>
  );
}
