exports.handler = (event => {
