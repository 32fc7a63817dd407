import { type Api, extensionInPath, pageOf } from "./api.ts";
import { invalid, unknownResource } from "./refusal.ts";
import { type FakeExtension, typeOf, type World } from "./world.ts";

const directoryPath = "/restapi/v1.0/account/{accountId}/directory/entries";
const extensionPath = "/restapi/v1.0/account/{accountId}/extension/{extensionId}";
const statesPath = "/restapi/v2/accounts/{accountId}/extensions/{extensionId}/comm-handling/states";
const listed = ["Enabled", "Disabled", "NotActivated"];

/** `pageMax`: a page of the directory holds no more, so that a small company needs several. */
export function servePeople(world: World, api: Api, pageMax: number): void {
  const directory = { group: "Medium", scope: "ReadAccounts" } as const;
  api.on({ method: "GET", path: directoryPath, ...directory }, (c) => {
    const type = c.req.query("type");
    const entries = [...world.extensions.values()]
      .filter((one) => listed.includes(one.status ?? "Enabled"))
      .filter((one) => type === undefined || typeOf(one) === type);
    const { records, paging } = pageOf(c, entries, 1_000, pageMax);
    const isFederated = c.req.query("showFederated") !== "false";
    return c.json({ records: records.map((one) => toEntry(world, one, isFederated)), paging });
  });
  api.on({ method: "GET", path: `${directoryPath}/{entryId}`, ...directory }, (c) => {
    const extension = world.extensions.get(c.req.param("entryId") ?? "");
    if (!extension) throw unknownResource("entryId");
    return c.json(toEntry(world, extension, true));
  });
  api.on({ method: "GET", path: `${extensionPath}/features`, ...directory }, (c) => {
    const { id: extension, features } = extensionInPath(world, c);
    const ids = c.req.queries("featureId") ?? ["NewCallHandlingAndForwarding"];
    return c.json({ records: ids.flatMap((id) => toFeature(world, id, extension, features)) });
  });
  api.on({ method: "GET", path: `${statesPath}/{stateId}`, ...directory }, (c) => {
    const { forwardsAll = false } = extensionInPath(world, c);
    const id = c.req.param("stateId");
    if (world.callHandling !== "new" || id !== "forward-all-calls") throw unknownResource("stateId");
    return c.json({ id, displayName: "Forward all calls", enabled: forwardsAll, conditions: [] });
  });
  api.on({ method: "GET", path: `${extensionPath}/authz-profile/check`, group: "Light" }, (c) => {
    const { permissionId: id, targetExtensionId: target = world.user.extensionId } = c.req.query();
    if (!id) throw invalid("permissionId");
    if (!world.extensions.has(target)) throw invalid("targetExtensionId");
    const isOwn = target === world.user.extensionId;
    const successful = world.user.permissions.includes(id) || isOwn;
    const scopes = successful && !isOwn ? ["AllExtensions"] : ["Self"];
    return c.json({ uri: c.req.url, successful, details: { permission: { id }, scopes } });
  });
}

/** Of another extension only what an administrator can set for it is told; `features` says what that is. */
function toFeature(world: World, id: string, extension: string, features: FakeExtension["features"]) {
  const isOwn = extension === world.user.extensionId;
  if (id !== "NewCallHandlingAndForwarding") {
    const told = features?.[id];
    if (told === undefined) return isOwn ? [{ id, available: true }] : [];
    return told === true ? [{ id, available: true }] : [{ id, available: false, reason: { code: told } }];
  }
  const params = [{ name: "isNewBackendAvailable", value: String(world.callHandling === "new") }];
  return [{ id, available: true, params }];
}

function toEntry(world: World, extension: FakeExtension, isFederated: boolean) {
  const {
    id,
    extensionNumber,
    status = "Enabled",
    name,
    email,
    department,
    jobTitle,
    site,
    directNumber,
    photo,
  } = extension;
  const [firstName = "", ...rest] = name.split(" ");
  const numbers = [
    { phoneNumber: "+16505550000", type: "VoiceFax", usageType: "MainCompanyNumber", primary: false },
    ...(directNumber
      ? [{ phoneNumber: directNumber, type: "VoiceFax", usageType: "DirectNumber", primary: true }]
      : []),
  ];
  return {
    id,
    type: typeOf(extension),
    status,
    firstName,
    lastName: rest.join(" "),
    extensionNumber,
    ...(email ? { email } : {}),
    ...(department ? { department } : {}),
    ...(jobTitle ? { jobTitle } : {}),
    ...(site ? { site: { id: "1", name: site } } : {}),
    phoneNumbers: numbers,
    ...(photo
      ? { profileImage: { uri: extension.photoUri ?? `${world.origin}/media/${id}/profile-image`, etag: "1" } }
      : {}),
    ...(isFederated ? { account: { id: world.accountId } } : {}),
  };
}
