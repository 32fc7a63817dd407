import { expect, test } from "vitest";
import { listen } from "./listen-node.ts";

const host = "127.0.0.1";
const setting = "PORT";

test("answers on a free port, and not after it was closed", async () => {
  const door = await listen({ host, port: 0, setting, fetch: () => new Response("here"), plain: true });
  const address = `http://${host}:${door.port}/`;
  expect(await (await fetch(address)).text()).toBe("here");
  await door.close();
  await door.close();
  await expect(fetch(address)).rejects.toThrow();
});

test("a port that is taken is told in one sentence with the way out", async () => {
  const door = await listen({ host, port: 0, setting, fetch: () => new Response(), plain: true });
  const again = listen({ host, port: door.port, setting, fetch: () => new Response(), plain: true });
  await expect(again).rejects.toThrow(`Port ${door.port} is taken. Stop what uses it, or choose another one: PORT=`);
  await door.close();
});
