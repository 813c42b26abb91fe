export const base = "http://api:8080"; // where it lives
