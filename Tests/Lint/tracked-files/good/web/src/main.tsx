export const written = "by hand";
