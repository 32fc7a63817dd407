/** SIP messages (RFC 3261) as far as a phone on the same machine needs them. */

export type Message = {
  /** `INVITE sip:a@b SIP/2.0` or `SIP/2.0 200 OK`. */
  start: string;
  /** In order, names in lower case; the same name may come several times. */
  headers: [name: string, value: string][];
  body: string;
};

export const header = (message: Message, name: string): string | undefined =>
  message.headers.find(([one]) => one === name)?.[1];
export const allOf = (message: Message, name: string): [string, string][] =>
  message.headers.filter(([one]) => one === name);

export const methodOf = (message: Message): string => header(message, "cseq")?.split(" ")[1] ?? "";
export const statusOf = ({ start }: Message): number => (start.startsWith("SIP/2.0 ") ? Number(start.slice(8, 11)) : 0);
export const numberOf = (message: Message): number => Number(header(message, "cseq")?.split(" ")[0]);
/** The address within `"Name" <sip:…>;tag=…`. */
export const uriIn = (text: string): string => /<([^>]+)>/.exec(text)?.[1] ?? text.split(";")[0] ?? "";
export const tagIn = (text: string): string | undefined => /;tag=([^;>\s]+)/.exec(text)?.[1];

export function parse(text: string): Message {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [start = "", ...lines] = head.split("\r\n");
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { start, headers, body: rest.join("\r\n\r\n") };
}

export function format({ start, headers, body }: Message): string {
  const length = Buffer.byteLength(body);
  const lines = headers.filter(([name]) => name !== "content-length").map(([name, value]) => `${name}: ${value}`);
  return [start, ...lines, `content-length: ${length}`, "", body].join("\r\n");
}

const reasons: Record<number, string> = { 100: "Trying", 180: "Ringing", 200: "OK", 486: "Busy Here", 603: "Decline" };

/** An answer to a request: the same Via, From, Call-ID and CSeq, and our tag on To. */
export function answerTo(
  request: Message,
  status: number,
  tag: string,
  more: [string, string][] = [],
  body = "",
): Message {
  const to = header(request, "to") ?? "";
  const headers: [string, string][] = [
    ...allOf(request, "via"),
    ...allOf(request, "record-route"),
    ["from", header(request, "from") ?? ""],
    ["to", status > 100 && !tagIn(to) ? `${to};tag=${tag}` : to],
    ["call-id", header(request, "call-id") ?? ""],
    ["cseq", header(request, "cseq") ?? ""],
    ...more,
    ...(body ? ([["content-type", "application/sdp"]] as [string, string][]) : []),
  ];
  return { start: `SIP/2.0 ${status} ${reasons[status] ?? "Failure"}`, headers, body };
}

/** One stream of µ-law, and DTMF as Asterisk likes to offer it. */
export const describeMedia = (host: string, port: number): string =>
  [
    "v=0",
    `o=- 1 1 IN IP4 ${host}`,
    "s=-",
    `c=IN IP4 ${host}`,
    "t=0 0",
    `m=audio ${port} RTP/AVP 0`,
    "a=rtpmap:0 PCMU/8000",
    "a=ptime:20",
    "a=sendrecv",
    "",
  ].join("\r\n");

/** Where the other side wants its media. */
export function mediaAddress(body: string): { host: string; port: number } | undefined {
  const host = /^c=IN IP4 (\S+)/m.exec(body)?.[1];
  const port = Number(/^m=audio (\d+)/m.exec(body)?.[1]);
  return host && port ? { host, port } : undefined;
}
