// see http://icons.test
export const icon = <svg xmlns="http://www.w3.org/2000/svg" />;
