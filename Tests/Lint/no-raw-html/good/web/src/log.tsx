export const line = <span>{text}</span>;
const same = element.innerHTML === "";
