/** `node src/web/testing/serve-command.ts [port]`: the built pages over a made-up service, for looking at them. */
import { fileURLToPath } from "node:url";
import { startMockServer } from "./mock-server.ts";

const port = Number(process.argv[2] ?? 8790);
const { url, token, tabToken } = await startMockServer(
  fileURLToPath(new URL("../../../dist/web", import.meta.url)),
  port,
);
console.log(`desk:  ${url}/desk#token=${token}\ntab:   ${url}/tab#token=${tabToken}\nstage: ${url}/sandbox`);
