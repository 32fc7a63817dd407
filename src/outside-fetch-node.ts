/** How the Node door calls addresses that others have named: resolved once, checked, and called at just that address. */
import { lookup } from "node:dns";
import { type RequestOptions, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { BridgeError } from "./errors.ts";
import { isPublicAddress } from "./webhooks/addresses.ts";

/** @throws BridgeError `invalid` through the callback when a name leads to any address that is not of the open internet. */
const lookupPublic: LookupFunction = (hostname, options, callback) =>
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const closed = addresses?.some(({ address }) => !isPublicAddress(address));
    const [first] = addresses ?? [];
    if (error) callback(error, "", 0);
    else if (closed || !first) callback(new BridgeError("invalid", "this name leads into a closed network"), "", 0);
    else if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });

export type OutsideOptions = { isSandbox?: boolean; lookup?: LookupFunction };

/**
 * `fetch` for POSTs to addresses on the open internet. The name is resolved for this one connection, so that it cannot
 * lead elsewhere between check and call; redirects are answers, and no body of an answer is ever read. In the sandbox
 * this machine may be called too.
 */
export const createOutsideFetch =
  ({ isSandbox = false, lookup: resolve = lookupPublic }: OutsideOptions = {}): typeof fetch =>
  async (input, init) => {
    const request = new Request(input, init);
    const body = new Uint8Array(await request.arrayBuffer());
    const url = new URL(request.url);
    const host = url.hostname.replace(/^\[|\]$/g, "");
    // A literal address is not looked up.
    const isLiteral = host.includes(":") || /^[\d.]+$/.test(host);
    if (!isSandbox && isLiteral && !isPublicAddress(host))
      throw new BridgeError("invalid", "this address is in a closed network");
    const options: RequestOptions = {
      method: request.method,
      headers: { ...Object.fromEntries(request.headers), "content-length": body.length },
      signal: request.signal,
      agent: false, // a connection of its own, so that no earlier one to another address is used
      ...(isSandbox ? {} : { lookup: resolve }),
    };
    return send(url, options, body);
  };

const send = (url: URL, options: RequestOptions, body: Uint8Array): Promise<Response> =>
  new Promise((answer, fail) => {
    const request = (url.protocol === "http:" ? requestHttp : requestHttps)(url, options, (response) => {
      const headers = new Headers();
      for (const [name, value] of Object.entries(response.headers)) if (value) headers.set(name, String(value));
      response.destroy();
      const status = response.statusCode ?? 0;
      if (status < 200 || status > 599) fail(new TypeError("no answer that HTTP knows"));
      else answer(new Response(null, { status, headers }));
    });
    request.on("error", (error) => fail(options.signal?.aborted ? options.signal.reason : error));
    request.end(body);
  });
