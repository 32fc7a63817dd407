/** Réponses aux questions. */
import { pluralizer } from "../../shared/plural.ts";
import type { AnswerWords } from "./en.ts";

const count = pluralizer("fr");
const of = (name: string) => (/^[aeiouyhàâéèêîïôû]/i.test(name) ? `d’${name}` : `de ${name}`);

export const answer: AnswerWords = {
  label: "La réponse, telle que le client la reçoit",
  insert: "Mettre dans la réponse",
  restore: "Telle qu’écrite",
  came: {
    done: "Elle est dans votre zone de réponse. Relisez-la, puis envoyez-la.",
    refused: "Votre centre de contact n’a pas pris le texte. Il est copié : collez-le dans la réponse.",
    unknown: "Votre centre de contact n’a pas dit s’il a pris le texte. Regardez la réponse ; il est copié aussi.",
    copied: "Copié. Collez-le dans la réponse.",
    "not-copied": "La copie a échoué. Sélectionnez le texte et copiez-le à la main.",
  },
  about: (w) => `${w.expert} a répondu au sujet ${of(w.customer).replace(/^de le /, "du ")}.`,
  still: (minutes) => count(minutes, { one: "Elle attend depuis # minute.", other: "Elle attend depuis # minutes." }),
  elsewhere: "Réponses au sujet d’autres clients",
  show: "Afficher",
  answers: (n) => count(n, { one: "# réponse", other: "# réponses" }),
  open: (n) => count(n, { one: "# demande ouverte", other: "# demandes ouvertes" }),
  remind: "Relancer",
  late: (names, since) => `Pas encore de réponse ${of(names)} depuis ${since}.`,
  lateYes: (name, since) => `${name} a dit oui à ${since} et n’a pas encore écrit.`,
  another: "Demander à quelqu’un d’autre",
  followUp: (name) => `Demander encore à ${name}`,
  further: (name) => `Votre prochaine question à ${name}`,
  send: "Envoyer la question",
};
