import { describe, expect, it } from "vitest";
import { findForgery, prove, sha256, sign } from "./signature.ts";

const token = "12345";
const encode = (text: string) => new TextEncoder().encode(text);
/** The example of Twilio's own documentation and libraries. */
const example = {
  url: "https://mycompany.com/myapp.php?foo=1&bar=2",
  body: "CallSid=CA1234567890ABCDE&Caller=%2B12349013030&Digits=1234&From=%2B12349013030&To=%2B18005551212",
  signature: "0/KCTR6DLpKmkAf8muzZqo1nDgQ=",
};
const jsonExample = {
  url: "https://mycompany.com/myapp.php?foo=1&bar=2&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620",
  body: '{"property": "value", "boolean": true}',
  signature: "a9nBmqA0ju/hNViExpshrM61xv4=",
};

const forms = (signature: string) =>
  new Headers({ "x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded; charset=UTF-8" });
const isGenuine = async (url: string, headers: Headers, body: string) =>
  (await findForgery(token, { url, headers, body: encode(body) })) === undefined;

describe("Twilio's signature", () => {
  it("fits the example of the documentation", async () => {
    const { url, body, signature } = example;
    expect(await isGenuine(url, forms(signature), body)).toBe(true);
    expect(await isGenuine(url, forms(signature), body.split("&").reverse().join("&"))).toBe(true);
  });

  it("fits the example of a JSON body", async () => {
    const { url, body, signature } = jsonExample;
    const headers = new Headers({ "x-twilio-signature": signature, "content-type": "application/json" });
    expect(await isGenuine(url, headers, body)).toBe(true);
    expect(await isGenuine(url, headers, body.replace("true", "null"))).toBe(false);
  });

  it("covers the address: host, path, query and their spelling", async () => {
    const { url, body, signature } = example;
    for (const other of ["https://mycompany.co/", "/myapp.php/", "foo=1&bar=3", "bar=2&foo=1"]) {
      const changed = other.startsWith("http") ? other + url.slice(22) : url.replace(/foo.*$/, other);
      expect(await isGenuine(changed, forms(signature), body), changed).toBe(false);
    }
    expect(await isGenuine(url.replace("mycompany", "MyCompany"), forms(signature), body)).toBe(false);
  });

  it("is taken with and without the standard port", async () => {
    const { body } = example;
    const params = "CallSidCA1234567890ABCDECaller+12349013030Digits1234From+12349013030To+18005551212";
    const spelled = ["https://a.example/hooks?x=1", "https://a.example:443/hooks?x=1"];
    for (const signed of spelled)
      for (const called of spelled)
        expect(await isGenuine(called, forms(await sign(token, signed + params)), body), `${signed} ${called}`).toBe(
          true,
        );
    const odd = forms(await sign(token, `https://a.example:8443/hooks?x=1${params}`));
    expect(await isGenuine("https://a.example:8443/hooks?x=1", odd, body)).toBe(true);
    expect(await isGenuine("https://a.example/hooks?x=1", odd, body)).toBe(false);
  });

  it("covers repeated parameters, each value once and in order", async () => {
    const url = "https://a.example/";
    const signature = await sign(token, `${url}A1A2B3`);
    expect(await isGenuine(url, forms(signature), "B=3&A=2&A=1&A=2")).toBe(true);
    expect(await isGenuine(url, forms(signature), "B=3&A=2")).toBe(false);
  });

  it("depends on the token", async () => {
    const { url, body, signature } = example;
    expect(await findForgery("54321", { url, headers: forms(signature), body: encode(body) })).toContain("auth token");
  });

  it("of a body that is no form needs the body's hash in the address", async () => {
    const url = "https://a.example/";
    const headers = new Headers({ "x-twilio-signature": await sign(token, url), "content-type": "application/json" });
    expect(await isGenuine(url, headers, "{}")).toBe(false);
    expect(await isGenuine(url, headers, "")).toBe(false);
  });

  it("is made the same way", async () => {
    const form = await prove(token, example.url, example.body, true);
    expect(form.headers["x-twilio-signature"]).toBe(example.signature);
    const json = await prove(token, example.url, jsonExample.body, false);
    expect(json.url).toBe(jsonExample.url);
    expect(json.headers["x-twilio-signature"]).toBe(jsonExample.signature);
    expect(await sha256(encode(""))).toMatch(/^e3b0c44298fc/);
  });
});
