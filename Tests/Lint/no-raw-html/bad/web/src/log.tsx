export const line = <span dangerouslySetInnerHTML={{ __html: text }} />;
