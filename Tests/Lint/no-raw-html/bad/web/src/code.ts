export const value = eval(text);
