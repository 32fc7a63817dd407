/** What somebody sees who opens the bare address of the service: which page is for whom. */

type Texts = { lead: string; pages: Record<string, string>; api: string; health: string };

const english: Texts = {
  lead: "Brings a colleague onto a customer's call.",
  pages: {
    desk: "The agent's desk",
    tab: "The expert's page",
    board: "The supervisor's board",
    admin: "Administration",
  },
  api: "The API, for developers",
  health: "Is the service well?",
};

const texts: Record<string, Texts> = {
  en: english,
  es: {
    lead: "Suma a un compañero a la llamada de un cliente.",
    pages: {
      desk: "El escritorio del agente",
      tab: "La página del experto",
      board: "El panel del supervisor",
      admin: "Administración",
    },
    api: "La API, para desarrolladores",
    health: "¿Funciona bien el servicio?",
  },
  sv: {
    lead: "Tar med en kollega i kundens samtal.",
    pages: {
      desk: "Handläggarens panel",
      tab: "Expertens sida",
      board: "Arbetsledarens tavla",
      admin: "Administration",
    },
    api: "API:et, för utvecklare",
    health: "Mår tjänsten bra?",
  },
  fr: {
    lead: "Fait entrer un collègue dans l’appel d’un client.",
    pages: {
      desk: "Le poste de l’agent",
      tab: "La page de l’expert",
      board: "Le tableau du superviseur",
      admin: "Administration",
    },
    api: "L’API, pour les développeurs",
    health: "Le service va-t-il bien ?",
  },
};

/** The first language of an `Accept-Language` header, as browsers order it, that we speak. */
export const spokenIn = (accepted: string): string =>
  accepted
    .split(",")
    .map((one) => one.trim().slice(0, 2).toLowerCase())
    .find((language) => language in texts) ?? "en";

/** `pages`: those that there are; the ones that are for nobody in particular are left out. */
export function frontPage(accepted: string, pages: readonly string[] = Object.keys(english.pages)): string {
  const language = spokenIn(accepted);
  const { lead, pages: names, api, health } = texts[language] ?? english;
  const own = Object.entries(names).flatMap(([page, name]) =>
    pages.includes(page) ? [[`/${page}`, name] as const] : [],
  );
  const links = [...own, ["/docs", api] as const, ["/health/ready", health] as const];
  const items = links.map(([address, name]) => `<li><a href="${address}">${name}</a></li>`).join("");
  return framed(`<h1>Patchcord</h1><p>${lead}</p><ul>${items}</ul>`, language);
}

/** A page that needs nothing but itself. */
export const framed = (content: string, language = "en", title = "Patchcord"): string =>
  `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${title}</title><body style="font:16px/1.5 system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem">${content}</body></html>`;
