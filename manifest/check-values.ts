/**
 * Rules about single values: host names, addresses, ids, versions.
 * Sources: Microsoft Teams store validation guidelines, "External domains"; Microsoft Graph reference, "teamsApp: publish",
 * table of validation errors. The list of tunnels is ours: the services that developers use most.
 */
import { type Rule, type Violation, violationsOf } from "./violation.ts";

const tunnels = [
  "ngrok.io ngrok.app ngrok.dev ngrok-free.app ngrok-free.dev ngrok.pizza devtunnels.ms trycloudflare.com loca.lt",
  "localtunnel.me localhost.run lhr.life serveo.net pagekite.me telebit.io bore.pub loclx.io pinggy.io pinggy.link",
  "tunnelmole.net zrok.io ts.net playit.gg expose.dev sharedwithexpose.com app.github.dev gitpod.io",
].flatMap((line) => line.split(" "));

const isTunnel = (host: string) => tunnels.some((tunnel) => host === tunnel || host.endsWith(`.${tunnel}`));
const isAddress = (host: string) => /^[\d.]+$/.test(host) || host.startsWith("[") || host.includes(":");

const hostRules: Rule<string>[] = [
  {
    broken: (host) => host.includes("*"),
    problem: "{} is a wildcard, which also covers hosts that are not yours",
    fix: "Name the one host that serves the tab",
  },
  {
    broken: (host) => isTunnel(host.toLowerCase()),
    problem: "{} belongs to a tunnel service, which the store refuses",
    fix: "Serve Patchcord under a host name of your own",
  },
  {
    broken: (host) => isAddress(host) || (!host.includes(".") && !host.includes("*")),
    problem: "{} is not a public host name",
    fix: "Use a name such as patchcord.example.com that Teams can reach from the internet",
  },
  {
    broken: (host) => host.includes("/"),
    problem: "{} is an address, not a host name",
    fix: "Leave out https:// and everything after the host",
  },
  {
    broken: (host) => /[^\x20-\x7e]/.test(host),
    problem: "{} has letters beyond ASCII",
    fix: "Write it in its xn-- form",
  },
  {
    broken: (host) => host !== host.toLowerCase(),
    problem: "{} has upper-case letters, with which sign-in fails on Android",
    fix: "Write it in lower case, here and in the Application ID URI",
  },
];
export const checkHost = (where: string, host: string): Violation[] => violationsOf(where, host, hostRules);

const parse = (address: string) => (URL.canParse(address) ? new URL(address) : undefined);
/** As it was written: the parsed host would hide upper case and letters beyond ASCII. */
const hostOf = (address: string) => /^[a-z]+:\/\/(\[[^\]]*\]|[^/?#:]*)/i.exec(address)?.[1] ?? "";

const addressRules: Rule<string>[] = [
  {
    broken: (address) => parse(address) === undefined,
    problem: `"{}" is not an address`,
    fix: "Write it in full, for example https://patchcord.example.com",
  },
  {
    broken: (address) => parse(address) !== undefined && !address.startsWith("https://"),
    problem: "{} is not https",
    fix: "Begin it with https:// in lower case and serve it with a certificate that browsers trust",
  },
];

const credentialRules: Rule<string>[] = [
  {
    broken: (address) => /^[a-z]+:\/*[^/?#]*@/i.test(address),
    problem: "the address holds a user name or password",
    fix: "Leave them out: everybody can read the package",
  },
];

/** An address that people or Teams open: https, on a public host that is no tunnel. */
export function checkAddress(where: string, address: string): Violation[] {
  const credentials = violationsOf(where, address, credentialRules);
  if (credentials.length > 0) return credentials;
  const found = violationsOf(where, address, addressRules);
  return found.length > 0 ? found : checkHost(where, hostOf(address));
}

const baseUrlRules: Rule<string>[] = [
  {
    broken: (address) => address !== `https://${new URL(address).hostname}`,
    problem: "{} says more than scheme and host",
    fix: "Leave out port, path and the slash at the end: the app needs the standard https port",
  },
];

/** Where the service is. The host becomes part of the Application ID URI, so nothing but scheme and host may be there. */
export function checkBaseUrl(where: string, address: string): Violation[] {
  const found = checkAddress(where, address);
  return found.length > 0 ? found : violationsOf(where, address, baseUrlRules);
}

const guidRules: Rule<string>[] = [
  {
    broken: (id) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id),
    problem: `"{}" is not a GUID`,
    fix: "Copy the Application (client) ID from the app registration in the Entra admin center",
  },
  {
    broken: (id) => /^[0-]+$/.test(id),
    problem: "{} is a placeholder",
    fix: "Copy the Application (client) ID from the app registration in the Entra admin center",
  },
];
export const checkGuid = (where: string, id: string): Violation[] => violationsOf(where, id, guidRules);

const appVersionRules: Rule<string>[] = [
  {
    broken: (version) => !/^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$/.test(version),
    problem: `"{}" is not three numbers with dots`,
    fix: "Write it like 1.0.0, without a suffix",
  },
  {
    broken: (version) => /^0\./.test(version),
    problem: "{} begins with 0, which the app catalog refuses",
    fix: "Begin with 1.0.0",
  },
];
export const checkAppVersion = (where: string, version: string): Violation[] =>
  violationsOf(where, version, appVersionRules);
