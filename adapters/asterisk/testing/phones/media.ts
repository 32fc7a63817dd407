import { createSocket, type Socket } from "node:dgram";
import { fromMuLaw, loudness, samplesPerPacket, tonePacket } from "./sound.ts";

const packetMs = 20;
const keptSamples = 4_000; // half a second

export type Media = Awaited<ReturnType<typeof openMedia>>;

/** One RTP stream each way: sends a tone for as long as it has somewhere to, and listens. */
export async function openMedia(host: string, tone: number) {
  const socket: Socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, host, resolve));
  let target: { host: string; port: number } | undefined;
  let packets = 0;
  let heard: number[] = [];
  socket.on("message", (packet) => {
    const isAudio = ((packet[1] ?? 0) & 0x7f) === 0;
    if (isAudio) heard = [...heard, ...[...packet.subarray(12)].map(fromMuLaw)].slice(-keptSamples);
  });

  const source = Math.floor(Math.random() * 2 ** 32);
  const startedAt = performance.now();
  const send = (): void => {
    // Against an absolute clock: an interval drifts, and tones arrive too quiet and at the wrong pitch.
    for (; packets * packetMs <= performance.now() - startedAt; packets++) {
      if (!target) continue;
      const packet = Buffer.alloc(12 + samplesPerPacket);
      packet[0] = 0x80;
      packet.writeUInt16BE(packets & 0xffff, 2);
      packet.writeUInt32BE((packets * samplesPerPacket) >>> 0, 4);
      packet.writeUInt32BE(source, 8);
      packet.set(tonePacket(tone, packets * samplesPerPacket), 12);
      socket.send(packet, target.port, target.host);
    }
  };
  const timer = setInterval(send, packetMs / 2);

  return {
    port: socket.address().port,
    sendTo(address: { host: string; port: number } | undefined): void {
      target = address;
    },
    /** Forgets what was heard so far. */
    forget(): void {
      heard = [];
    },
    samples: () => heard.length,
    loudness: (frequency: number) => loudness(heard, frequency),
    close(): void {
      clearInterval(timer);
      socket.close();
    },
  };
}
