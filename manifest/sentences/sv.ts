import type { Sentences } from "./en.ts";

export const sentences: Sentences = {
  wildcardHost: {
    problem: "{0} är ett jokertecken, som också omfattar värdar som inte är era",
    fix: "Ange den enda värd som fliken finns på",
  },
  tunnelHost: {
    problem: "{0} hör till en tunneltjänst, som butiken avvisar",
    fix: "Låt Patchcord ligga under ett eget värdnamn",
  },
  privateHost: {
    problem: "{0} är inget publikt värdnamn",
    fix: "Använd ett namn som patchcord.example.com som Teams når från internet",
  },
  notHost: { problem: "{0} är en adress, inget värdnamn", fix: "Ta bort https:// och allt efter värden" },
  nonAsciiHost: { problem: "{0} har tecken utanför ASCII", fix: "Skriv det i sin xn---form" },
  upperCaseHost: {
    problem: "{0} har versaler, och då misslyckas inloggningen på Android",
    fix: "Skriv det med gemener, här och i program-ID-URI:n",
  },
  notAddress: { problem: "”{0}” är ingen adress", fix: "Skriv den hel, till exempel https://patchcord.example.com" },
  notHttps: {
    problem: "{0} är inte https",
    fix: "Börja med https:// med gemener och använd ett certifikat som webbläsare litar på",
  },
  credentials: {
    problem: "adressen innehåller användarnamn eller lösenord",
    fix: "Ta bort dem: alla kan läsa paketet",
  },
  moreThanHost: {
    problem: "{0} säger mer än schema och värd",
    fix: "Ta bort port, sökväg och snedstrecket på slutet: appen behöver den vanliga https-porten",
  },
  notGuid: {
    problem: "”{0}” är inget GUID",
    fix: "Kopiera program-ID (klient) från appregistreringen i administrationscentret för Entra",
  },
  placeholderGuid: {
    problem: "{0} är bara en platshållare",
    fix: "Kopiera program-ID (klient) från appregistreringen i administrationscentret för Entra",
  },
  notVersion: { problem: "”{0}” är inte tre tal med punkter", fix: "Skriv den som 1.0.0, utan tillägg" },
  zeroVersion: { problem: "{0} börjar med 0, vilket appkatalogen avvisar", fix: "Börja med 1.0.0" },
  unknownManifestVersion: { problem: "”{0}” är ingen version som vi gör", fix: "Välj en av {1}, eller utelämna den" },
  developerName: { problem: "namnet har {0} tecken, 1 till 32 är tillåtna", fix: "Använd organisationens korta namn" },
  needlessKey: {
    problem: "appen har ingen användning för nyckeln",
    fix: "Ta bort den, eller lägg den i listan över nycklar som behövs, med funktionen som behöver den",
  },
  tooMuchPermission: { problem: "{0} är mer än appen behöver", fix: "Ta bort den" },
  otherSchema: { problem: "det är inte schemat för manifestVersion {0}", fix: "Sätt det till {1}" },
  strangeHost: { problem: "{0} har ingen av appens flikar", fix: "Ta bort den" },
  missingHost: { problem: "{0}, där en flik finns, saknas", fix: "Lägg till {0}" },
  reservedTab: { problem: "Teams ger själv fliken dess namn", fix: "Ta bort namnet" },
  otherResource: {
    problem: "{0} är inte vad fliken och boten behöver",
    fix: "Sätt det till {1}, här och i Entra-programmet",
  },
  emptyText: { problem: "texten är tom", fix: "Skriv en" },
  tooLong: { problem: "{0} tecken, {1} är tillåtna", fix: "Korta med {2}" },
  untranslated: { problem: "inte översatt", fix: "Lägg till texten i språkfilen" },
  unknownText: { problem: "manifestet har ingen sådan text", fix: "Ta bort nyckeln eller rätta dess sökväg" },
  reservedName: {
    problem: "namnet använder ett ord som Microsoft behåller för sig själv",
    fix: "Ta bort ord som Teams, Chat, Calls, Help eller namnet på en annan Microsoft-produkt",
  },
  saysApp: { problem: "det står ”app”", fix: "Säg i stället vad man får" },
  repeatsName: { problem: "den upprepar namnet, som står bredvid", fix: "Använd utrymmet till vad man får" },
  repeatsShort: { problem: "den upprepar den korta beskrivningen", fix: "Säg det med andra ord" },
  tooManyWords: { problem: "mer än 500 ord", fix: "Korta texten" },
  noHelp: { problem: "ingen adress för hjälp", fix: "Sluta med en rad som innehåller {support}" },
  teamsFirst: { problem: "Teams nämns före Microsoft Teams", fix: "Skriv Microsoft Teams första gången" },
  abbreviated: { problem: "Microsoft är förkortat", fix: "Skriv Microsoft" },
  oldName: { problem: "Office 365 är ett gammalt namn", fix: "Skriv Microsoft 365" },
  certified: { problem: "bara certifierade partner får säga så", fix: "Skriv ”fungerar med” eller ”för”" },
  buttonName: { problem: "Teams har en knapp med det namnet", fix: "Lägg till vad som är särskilt med vår" },
  margin: {
    problem: "symbolen går utanför de 96x96 bildpunkterna i mitten, eller bakgrunden har inte en enda färg",
    fix: "Lämna 48 bildpunkter slät bakgrund på varje sida; Teams beskär dem",
  },
  background: {
    problem: "bakgrunden har inte accentfärgen {0}",
    fix: "Gör dem lika, eller bakgrunden helt genomskinlig",
  },
  notWhite: {
    problem: "den har bildpunkter som varken är vita eller genomskinliga",
    fix: "Rita den bara i rent vitt (255, 255, 255)",
  },
  notTransparent: { problem: "bakgrunden är inte genomskinlig", fix: "Ta bort bakgrunden" },
  emptyMargin: { problem: "det är en tom marginal runt symbolen", fix: "Låt symbolen nå två motstående kanter" },
  unreadablePicture: {
    problem: "bilden kan inte läsas ({0})",
    fix: "Exportera den som PNG med 8 bitar per kanal, RGB eller RGBA, ej sammanflätad",
  },
  pictureSize: { problem: "{0} bildpunkter i stället för {1}", fix: "Exportera den i {1}" },
  missingFile: { problem: "filen saknas", fix: "Lägg den överst i paketet" },
  notJson: { problem: "det är inte JSON", fix: "Gör paketet på nytt i stället för att redigera det" },
  needlessFile: { problem: "manifestet nämner inte filen", fix: "Ta bort den" },
  otherSchemaVersion: { problem: "dess $schema har en annan version än manifestet", fix: "Sätt det till {0}" },
  noOfficialSchema: { problem: "det finns inget officiellt schema {0}", fix: "Rätta raden $schema" },
  officialSchema: { problem: "Microsofts schema säger: {0}", fix: "Rätta den delen av filen" },
};
