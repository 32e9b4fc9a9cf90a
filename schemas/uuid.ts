// How ids are spelt. Always true: there is this one way, in lower case and without a personal word, since they stand in paths, and paths in access logs.

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
