/** How somebody would be reached, rung by rung, and why a rung is passed over: for the API, the bot and the screens. */
import type { ReachabilityView, RungKind } from "./views.ts";

export const skipCodes = [
  "no-number",
  "no-licence",
  "forwards-all",
  "cannot-ring",
  "other-center",
  "app-blocked",
  "app-missing",
] as const;
export type SkipCode = (typeof skipCodes)[number];

type Texts = Record<RungKind | SkipCode | "only-ring", string>;

const en: Texts = {
  phone: "Rings on {platform}",
  agent: "Rings at their seat in {platform}",
  sip: "Rings at their SIP address in {platform}",
  mobile: "Rings on the mobile that {platform} knows",
  user: "Rings in {platform} itself",
  chat: "Is asked by card in {platform}",
  "only-ring": "No card gets through, so the phone rings at once",
  "no-number": "No phone number in {platform}",
  "no-licence": "No phone licence in {platform}",
  "forwards-all": "All calls are forwarded in {platform}; they can switch that off there",
  "cannot-ring": "This contact center cannot ring them through {platform}",
  "other-center": "Their seat is in another contact center, {platform}",
  "app-blocked": "Has blocked our app in {platform}",
  "app-missing": "Our app cannot be installed for them in {platform}",
};
const es: Texts = {
  phone: "Suena en {platform}",
  agent: "Suena en su puesto de {platform}",
  sip: "Suena en su dirección SIP de {platform}",
  mobile: "Suena en el móvil que consta en {platform}",
  user: "Suena en {platform} mismo",
  chat: "Recibe la pregunta por tarjeta en {platform}",
  "only-ring": "No le llega ninguna tarjeta, así que el teléfono suena enseguida",
  "no-number": "Sin número de teléfono en {platform}",
  "no-licence": "Sin licencia de telefonía en {platform}",
  "forwards-all": "Todas las llamadas están desviadas en {platform}; puede desactivarlo allí",
  "cannot-ring": "Este centro de contacto no puede llamarle por {platform}",
  "other-center": "Su puesto está en otro centro de contacto, {platform}",
  "app-blocked": "Ha bloqueado nuestra aplicación en {platform}",
  "app-missing": "Nuestra aplicación no se le puede instalar en {platform}",
};
const sv: Texts = {
  phone: "Ringer i {platform}",
  agent: "Ringer på platsen i {platform}",
  sip: "Ringer på SIP-adressen i {platform}",
  mobile: "Ringer på mobilen som {platform} känner till",
  user: "Ringer direkt i {platform}",
  chat: "Tillfrågas med kort i {platform}",
  "only-ring": "Inget kort kommer fram, så telefonen ringer direkt",
  "no-number": "Inget telefonnummer i {platform}",
  "no-licence": "Ingen telefonilicens i {platform}",
  "forwards-all": "Alla samtal vidarekopplas i {platform}; det kan stängas av där",
  "cannot-ring": "Det här kontaktcentret kan inte ringa via {platform}",
  "other-center": "Platsen finns i ett annat kontaktcenter, {platform}",
  "app-blocked": "Har blockerat vår app i {platform}",
  "app-missing": "Vår app kan inte installeras i {platform}",
};
const fr: Texts = {
  phone: "Sonne dans {platform}",
  agent: "Sonne à son poste dans {platform}",
  sip: "Sonne à son adresse SIP dans {platform}",
  mobile: "Sonne sur le mobile connu de {platform}",
  user: "Sonne dans {platform} directement",
  chat: "Reçoit la question par carte dans {platform}",
  "only-ring": "Aucune carte ne lui parvient : son téléphone sonne tout de suite",
  "no-number": "Pas de numéro de téléphone dans {platform}",
  "no-licence": "Pas de licence téléphonique dans {platform}",
  "forwards-all": "Tous les appels sont renvoyés dans {platform} ; le renvoi peut y être désactivé",
  "cannot-ring": "Ce centre de contact ne peut pas l’appeler par {platform}",
  "other-center": "Son poste est dans un autre centre de contact, {platform}",
  "app-blocked": "A bloqué notre application dans {platform}",
  "app-missing": "Notre application ne peut pas lui être installée dans {platform}",
};
export const ladderTexts = { en, es, sv, fr };
export type LadderLanguage = keyof typeof ladderTexts;

export const sayOfLadder = (language: LadderLanguage, key: keyof Texts, platform = ""): string =>
  ladderTexts[language][key].replace("{platform}", platform);

export type RungView = { kind: RungKind; platform: string; used: boolean; reason?: SkipCode; sentence: string };

const isSkipCode = (code: string): code is SkipCode => skipCodes.includes(code as SkipCode);

/** The rungs that were looked at, in their order, the one that would be used last; with a sentence each. */
export function ladderOf({ rung, skipped }: ReachabilityView, language: LadderLanguage): RungView[] {
  const passed = skipped.flatMap(({ kind, platform, reason }): RungView[] =>
    isSkipCode(reason)
      ? [{ kind, platform, used: false, reason, sentence: sayOfLadder(language, reason, platform) }]
      : [],
  );
  if (!rung) return passed;
  const { kind, platform } = rung;
  return [...passed, { kind, platform, used: true, sentence: sayOfLadder(language, kind, platform) }];
}
