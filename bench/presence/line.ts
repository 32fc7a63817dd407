import { connect, type Socket } from "node:net";

/**
 * Kept-alive HTTP connections that cost next to nothing: requests are ready bytes, and of an answer only its status and
 * where it ends is read. So the machine is left to whoever is measured.
 */
export type Lines = {
  /** The status of the answer; 0 when there was none. Waits for a connection that is free. */
  ask(request: Buffer): Promise<number>;
  close(): void;
};

const answerEnd = "\r\n\r\n";
const chunksEnd = "0\r\n\r\n";

/** Is this the whole of an answer? */
export function isWhole(answer: string): boolean {
  const head = answer.indexOf(answerEnd);
  if (head < 0) return false;
  const bodyAt = head + answerEnd.length;
  const length = /\r\ncontent-length: *(\d+)/i.exec(answer);
  if (length && length.index < head) return answer.length - bodyAt >= Number(length[1]);
  return answer.endsWith(chunksEnd);
}

type Line = { socket: Socket; answered: ((status: number) => void) | undefined };

export function openLines(port: number, most: number): Lines {
  const free: Line[] = [];
  const all = new Set<Line>();
  const waiting: PromiseWithResolvers<Line>[] = [];

  function open(): Line {
    const line: Line = { socket: connect({ port, host: "127.0.0.1", noDelay: true }), answered: undefined };
    let answer = "";
    const settle = (status: number) => {
      const { answered } = line;
      line.answered = undefined;
      answer = "";
      answered?.(status);
    };
    line.socket.setEncoding("latin1");
    line.socket.on("data", (text) => {
      answer += text;
      if (isWhole(answer)) settle(Number(answer.slice("HTTP/1.1 ".length, "HTTP/1.1 200".length)));
    });
    line.socket.on("error", () => {}); // "close" follows
    line.socket.on("close", () => {
      all.delete(line);
      settle(0);
    });
    all.add(line);
    return line;
  }
  async function take(): Promise<Line> {
    for (let line = free.pop(); line; line = free.pop()) if (all.has(line)) return line;
    if (all.size < most) return open();
    const turn = Promise.withResolvers<Line>();
    waiting.push(turn);
    return turn.promise;
  }
  function giveBack(line: Line): void {
    const next = waiting.shift();
    if (next) next.resolve(all.has(line) ? line : open());
    else free.push(line);
  }
  return {
    async ask(request) {
      const line = await take();
      const status = await new Promise<number>((done) => {
        line.answered = done;
        line.socket.write(request);
      });
      giveBack(line);
      return status;
    },
    close() {
      for (const { socket } of all) socket.destroy();
    },
  };
}

/** A request as it goes over the wire. */
export function asBytes(url: string, headers: Record<string, string>, body: Uint8Array): Buffer {
  const { host, pathname } = new URL(url);
  const lines = Object.entries({ host, ...headers, "content-length": String(body.length) });
  const head = `POST ${pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), body]);
}
