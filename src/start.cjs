// Runs a TypeScript entry point on Node 24 or newer, and says what to do where the Node at hand is older.
// "npm start" adds --max-semi-space-size=8: V8 would keep up to 128 MB for young objects on a machine with much memory,
// which the modules alone fill at the start. It can only be said on the command line (or in NODE_OPTIONS).
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
