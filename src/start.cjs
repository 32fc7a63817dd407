// Runs a TypeScript entry point on Node 24 or newer, and says what to do where the Node at hand is older.
const [major] = process.versions.node.split(".").map(Number);
if (major < 24) {
  console.error(`Patchcord needs Node 24; this is ${process.version}. Run it through npm (npm start), after npm ci.`);
  process.exit(1);
}
const { pathToFileURL } = require("node:url");
const { resolve } = require("node:path");
const [, , entry, ...rest] = process.argv;
process.argv = [process.argv[0], resolve(entry), ...rest];
import(pathToFileURL(resolve(entry)).href);
