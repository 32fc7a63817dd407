import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { asBytes, isWhole, openLines } from "./line.ts";

it("knows where an answer ends, however it is cut", () => {
  const answers = [
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n",
  ];
  for (const answer of answers) {
    expect(isWhole(answer)).toBe(true);
    for (let end = 0; end < answer.length; end++) expect([end, isWhole(answer.slice(0, end))]).toEqual([end, false]);
  }
});

it("asks over few connections, and says 0 for a connection that breaks", async () => {
  let connections = 0;
  const server = createServer((asked, answer) => {
    let said = "";
    asked.on("data", (part) => {
      said += part;
    });
    asked.on("end", () => {
      if (said === "break") asked.socket.destroy();
      else answer.writeHead(said === "no" ? 401 : 200, { "x-test": "1" }).end(said === "chunks" ? "much" : undefined);
    });
  });
  server.on("connection", () => connections++);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const lines = openLines(port, 2);
  const say = (word: string) => lines.ask(asBytes(`http://127.0.0.1:${port}/x`, {}, Buffer.from(word)));
  expect(await Promise.all(["yes", "no", "chunks", "no", "yes"].map(say))).toEqual([200, 401, 200, 401, 200]);
  expect(connections).toBe(2);
  expect(await Promise.all(["yes", "break", "yes", "no"].map(say))).toEqual([200, 0, 200, 401]);
  lines.close();
  server.close();
});
