export const handler = (event) => {
