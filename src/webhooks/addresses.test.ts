import { describe, expect, it } from "vitest";
import { addressFault, isPublicAddress } from "./addresses.ts";

describe("addresses that we call on somebody's behalf", () => {
  it.each([
    "10.1.2.3",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fd00::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::a00:1",
    "2001::1",
    "2001:db8::1",
    "2002:a00:1::",
    "3fff:1::1",
  ])("%s is not of the open internet", (address) => expect(isPublicAddress(address)).toBe(false));

  it.each([
    "8.8.8.8",
    "172.15.0.1",
    "172.32.0.1",
    "11.0.0.1",
    "2606:4700::1111",
    "2a00:1450::1",
    "2001:4860:4860::8888",
  ])("%s is", (address) => expect(isPublicAddress(address)).toBe(true));

  it.each([
    ["http://example.com/x", "wants https"],
    ["ftp://example.com", "wants https"],
    ["https://user:secret@example.com", "wants no name and password"],
    ["https://localhost/x", "open internet"],
    ["https://localhost./x", "open internet"],
    ["https://db.internal", "open internet"],
    ["https://metadata", "open internet"],
    ["https://0x7f.1/", "open internet"],
    ["https://2130706433/", "open internet"],
    ["https://[::1]/", "open internet"],
    ["https://[::ffff:127.0.0.1]/", "open internet"],
    ["https://169.254.169.254/latest", "open internet"],
    ["not an address", "whole address"],
  ])("%s is refused", (address, reason) => expect(addressFault(address, false)).toContain(reason));

  it("takes https on the open internet, and in the sandbox this machine too", () => {
    expect(addressFault("https://example.com:8443/hooks?x=1", false)).toBeUndefined();
    expect(addressFault("http://127.0.0.1:9000/", true)).toBeUndefined();
    expect(addressFault("file:///etc/passwd", true)).toBeDefined();
  });
});
