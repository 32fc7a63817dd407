/** `/privacy` and `/terms`, to which the app package leads: readable without signing in, by themselves, without a script. */
import { html, raw } from "hono/html";
import type { Operator } from "../../platform/service.ts";
import { legal as en, type LegalTexts } from "./texts/en.ts";
import { legal as es } from "./texts/es.ts";
import { legal as fr } from "./texts/fr.ts";
import { legal as sv } from "./texts/sv.ts";

export const legalPages = ["privacy", "terms"] as const;
export type LegalPage = (typeof legalPages)[number];

export const legalTexts = { en, es, fr, sv } satisfies Record<string, LegalTexts>;
type Language = keyof typeof legalTexts;
const names: Record<Language, string> = { en: "English", es: "Español", fr: "Français", sv: "Svenska" };

const known = (tag: string | undefined): Language | undefined => {
  const language = tag?.trim().slice(0, 2).toLowerCase() ?? "";
  return language in legalTexts ? (language as Language) : undefined;
};

/** The one that is asked for, else the first of the browser's that we speak, else English. */
export const languageOf = (asked: string | undefined, accepted: string): Language =>
  known(asked) ?? accepted.split(",").map(known).find(Boolean) ?? "en";

const style = `body{font:16px/1.6 system-ui,sans-serif;max-width:48rem;margin:0 auto;padding:2rem 1rem 4rem;overflow-wrap:break-word}
h1{line-height:1.2;margin-block:1rem .5rem}h2{margin-block:2rem .5rem;line-height:1.3}
nav{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center}nav a,nav [aria-current]{padding:.25rem 0}
table{border-collapse:collapse;width:100%}th,td{text-align:start;vertical-align:top;padding:.6rem .75rem .6rem 0;border-bottom:1px solid color-mix(in srgb,CanvasText 25%,Canvas)}
@media (max-width:40rem){thead{position:absolute;clip-path:inset(50%)}tr{display:block;padding:.75rem 0;border-bottom:1px solid}th,td{display:block;border:0;padding:.15rem 0}td::before{content:attr(data-name) ": ";font-weight:600}}`;

export function legalPage(page: LegalPage, language: Language, operator: Operator | undefined) {
  const texts: LegalTexts = legalTexts[language];
  const { title, lead } = texts[page];
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${title} · Patchcord</title>
<style>${raw(style)}</style>
</head>
<body>
<nav aria-label="${texts.languages}">${(Object.keys(names) as Language[]).map((one) => languageLink(one, language))}</nav>
<main>
<h1>${title}</h1>
<p>${lead}</p>
${page === "privacy" ? privacy(texts, operator) : terms(texts, operator)}
</main>
</body>
</html>`;
}

const languageLink = (one: Language, language: Language) =>
  one === language
    ? html`<span aria-current="true" lang="${one}">${names[one]}</span>`
    : html`<a href="?lang=${one}" lang="${one}" hreflang="${one}">${names[one]}</a>`;

const section = (title: string, content: unknown) => html`<section><h2>${title}</h2>${content}</section>`;
const paragraph = (text: string) => html`<p>${text}</p>`;
const providerOf = (texts: LegalTexts, operator: Operator | undefined) => operator?.name ?? texts.somebody;

function privacy(texts: LegalTexts, operator: Operator | undefined) {
  const { who, what, not, where, cookies, delete: deletion, ask } = texts.privacy;
  return html`${section(who.title, paragraph(who.body(providerOf(texts, operator))))}
${section(what.title, table(what.columns, what.rows))}
${section(not.title, html`<ul>${not.items.map((item) => html`<li>${item}</li>`)}</ul>`)}
${section(where.title, paragraph(where.body))}
${section(cookies.title, paragraph(cookies.body))}
${section(deletion.title, paragraph(deletion.body))}
${section(ask.title, contact(texts, operator))}`;
}

function terms(texts: LegalTexts, operator: Operator | undefined) {
  const { sections, who } = texts.terms;
  return html`${sections.map(({ title, body }) => section(title, paragraph(body)))}
${section(who.title, html`${paragraph(who.body(providerOf(texts, operator)))}${contact(texts, operator)}`)}`;
}

/** On a phone each row stands by itself, its columns named within. */
const table = (columns: string[], rows: string[][]) => html`<table>
<thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(
  ([what, ...more]) =>
    html`<tr><th scope="row">${what}</th>${more.map((cell, index) => html`<td data-name="${columns[index + 1]}">${cell}</td>`)}</tr>`,
)}</tbody>
</table>`;

function contact(texts: LegalTexts, operator: Operator | undefined) {
  const address = operator?.contact;
  if (!address) return paragraph(texts.noContact);
  const href = address.includes("://") ? address : `mailto:${address}`;
  const [before = "", after = ""] = texts.contact("\n").split("\n");
  return html`<p>${before}<a href="${href}">${address}</a>${after}</p>`;
}
