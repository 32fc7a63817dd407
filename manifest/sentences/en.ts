/** What is wrong with a package and what to do, by code. `{0}` and the like stand for the values of the case. */
export const sentences = {
  wildcardHost: {
    problem: "{0} is a wildcard, which also covers hosts that are not yours",
    fix: "Name the one host that serves the tab",
  },
  tunnelHost: {
    problem: "{0} belongs to a tunnel service, which the store refuses",
    fix: "Serve Patchcord under a host name of your own",
  },
  privateHost: {
    problem: "{0} is not a public host name",
    fix: "Use a name such as patchcord.example.com that Teams can reach from the internet",
  },
  notHost: { problem: "{0} is an address, not a host name", fix: "Leave out https:// and everything after the host" },
  nonAsciiHost: { problem: "{0} has letters beyond ASCII", fix: "Write it in its xn-- form" },
  upperCaseHost: {
    problem: "{0} has upper-case letters, with which sign-in fails on Android",
    fix: "Write it in lower case, here and in the Application ID URI",
  },
  notAddress: {
    problem: '"{0}" is not an address',
    fix: "Write it in full, for example https://patchcord.example.com",
  },
  notHttps: {
    problem: "{0} is not https",
    fix: "Begin it with https:// in lower case and serve it with a certificate that browsers trust",
  },
  credentials: {
    problem: "the address holds a user name or password",
    fix: "Leave them out: everybody can read the package",
  },
  moreThanHost: {
    problem: "{0} says more than scheme and host",
    fix: "Leave out port, path and the slash at the end: the app needs the standard https port",
  },
  notGuid: {
    problem: '"{0}" is not a GUID',
    fix: "Copy the Application (client) ID from the app registration in the Entra admin center",
  },
  placeholderGuid: {
    problem: "{0} is a placeholder",
    fix: "Copy the Application (client) ID from the app registration in the Entra admin center",
  },
  notVersion: { problem: '"{0}" is not three numbers with dots', fix: "Write it like 1.0.0, without a suffix" },
  zeroVersion: { problem: "{0} begins with 0, which the app catalog refuses", fix: "Begin with 1.0.0" },
  unknownManifestVersion: { problem: '"{0}" is not a version that we make', fix: "Choose one of {1}, or leave it out" },
  developerName: {
    problem: "the name has {0} characters, 1 to 32 are allowed",
    fix: "Use the short name of your organization",
  },
  needlessKey: {
    problem: "this app has no use for the key",
    fix: "Remove it, or add it to the list of needed keys together with the feature that needs it",
  },
  tooMuchPermission: { problem: "{0} is more than the app needs", fix: "Remove it" },
  otherSchema: { problem: "it is not the schema of manifestVersion {0}", fix: "Set it to {1}" },
  strangeHost: { problem: "{0} serves no tab of this app", fix: "Remove it" },
  missingHost: { problem: "{0}, which serves a tab, is missing", fix: "Add {0}" },
  reservedTab: { problem: "Teams names this tab itself", fix: "Remove its name" },
  otherResource: {
    problem: "{0} is not what the tab and the bot need",
    fix: "Set it to {1}, here and in the Entra application",
  },
  emptyText: { problem: "the text is empty", fix: "Write one" },
  tooLong: { problem: "{0} characters, {1} are allowed", fix: "Shorten it by {2}" },
  untranslated: { problem: "not translated", fix: "Add it to the language file" },
  unknownText: { problem: "the manifest has no such text", fix: "Remove the key or correct its path" },
  reservedName: {
    problem: "the name uses a word that Microsoft keeps for itself",
    fix: "Take out words such as Teams, Chat, Calls, Help or the name of another Microsoft product",
  },
  saysApp: { problem: "it says “app”", fix: "Say what people get instead" },
  repeatsName: { problem: "it repeats the name, which stands beside it", fix: "Use the room for what people get" },
  repeatsShort: { problem: "it repeats the short description", fix: "Say it in other words" },
  tooManyWords: { problem: "more than 500 words", fix: "Shorten it" },
  noHelp: { problem: "no address for help", fix: "End it with a line that holds {support}" },
  teamsFirst: { problem: "Teams is named before Microsoft Teams", fix: "Write Microsoft Teams the first time" },
  abbreviated: { problem: "Microsoft is abbreviated", fix: "Write Microsoft" },
  oldName: { problem: "Office 365 is an old name", fix: "Write Microsoft 365" },
  certified: { problem: "only certified partners may say so", fix: "Write “works with” or “for”" },
  buttonName: { problem: "Teams has a button of that name", fix: "Add what is special about ours" },
  margin: {
    problem: "the symbol leaves the 96x96 pixels in the middle, or the background is not one color",
    fix: "Keep 48 pixels of plain background on every side; Teams crops them",
  },
  background: {
    problem: "the background is not the accent color {0}",
    fix: "Make the two the same, or the background fully transparent",
  },
  notWhite: {
    problem: "it has pixels that are neither white nor transparent",
    fix: "Draw it in pure white (255, 255, 255) only",
  },
  notTransparent: { problem: "its background is not transparent", fix: "Remove the background" },
  emptyMargin: { problem: "there is an empty margin round the symbol", fix: "Let the symbol reach two opposite edges" },
  unreadablePicture: {
    problem: "the picture cannot be read: {0}",
    fix: "Export it as a PNG with 8 bits a channel, RGB or RGBA, not interlaced",
  },
  pictureSize: { problem: "{0} pixels instead of {1}", fix: "Export it at {1}" },
  missingFile: { problem: "the file is missing", fix: "Add it at the top of the package" },
  notJson: { problem: "it is not JSON", fix: "Build the package again instead of editing it" },
  needlessFile: { problem: "the manifest does not name this file", fix: "Take it out" },
  otherSchemaVersion: { problem: "its $schema is of another version than the manifest", fix: "Set it to {0}" },
  noOfficialSchema: { problem: "there is no official schema {0}", fix: "Correct the $schema line" },
  officialSchema: { problem: "Microsoft's schema says: {0}", fix: "Correct that part of the file" },
};

export type ViolationCode = keyof typeof sentences;
export type Sentences = Record<ViolationCode, { problem: string; fix: string }>;
