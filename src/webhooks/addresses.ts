/** Which addresses we may call on an organization's behalf: never one inside of the network that we run in. Pure. */

/** IPv4 blocks that are not of the open internet. Source: IANA special-purpose address registry. */
const closedV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
].map((block) => {
  const [base = "", bits = ""] = block.split("/");
  return { base: numberOf(base), size: 2 ** (32 - Number(bits)) };
});

function numberOf(v4: string): number {
  return v4.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

const isV4 = (address: string) => /^\d{1,3}(\.\d{1,3}){3}$/.test(address);

/**
 * Is this address (as a resolver gives it) one of the open internet? IPv6: only 2000::/3, without what is set apart
 * there (2001::/23, documentation, 6to4 with an IPv4 address inside).
 */
export function isPublicAddress(address: string): boolean {
  if (isV4(address)) {
    const value = numberOf(address);
    return !closedV4.some(({ base, size }) => value >= base && value < base + size);
  }
  const [first = "", second = ""] = address.toLowerCase().split(":");
  const group = Number.parseInt(first, 16);
  const next = Number.parseInt(second || "0", 16);
  if (!(group >= 0x2000 && group <= 0x3fff)) return false;
  if (group === 0x2001) return next >= 0x200 && next !== 0xdb8;
  return group !== 0x2002 && !(group === 0x3fff && next < 0x1000);
}

const privateNames = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|localdomain|arpa)$/;

/** Why messages cannot go to this address; undefined when they can. In the sandbox http and this machine will do. */
export function addressFault(address: string, isSandbox: boolean): string | undefined {
  if (!URL.canParse(address)) return "wants a whole address, such as https://example.com/patchcord";
  const { protocol, hostname, username, password, hash } = new URL(address);
  if (username || password) return "wants no name and password: messages are signed instead";
  if (hash) return "wants no #fragment";
  if (isSandbox && (protocol === "http:" || protocol === "https:")) return undefined;
  if (protocol !== "https:") return "wants https";
  const host = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const isAddress = isV4(host) || host.includes(":");
  if (isAddress ? !isPublicAddress(host) : privateNames.test(host) || !host.includes("."))
    return "wants an address on the open internet";
  return undefined;
}
