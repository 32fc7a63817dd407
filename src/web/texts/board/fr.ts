import { pluralizer } from "../../shared/plural.ts";
import { basics } from "../basics/fr.ts";
import type { BoardWords } from "./en.ts";

const count = pluralizer("fr");

export const board: BoardWords = {
  ...basics,
  title: "L’entraide en ce moment",
  updated: (age) => `Vu il y a ${age}`,
  department: "Service",
  everybody: "Tous",
  signIn: {
    body: "Connectez-vous comme superviseur de votre organisation.",
    organization: "Organisation",
    go: "Se connecter",
    refused: "Vous êtes connecté, mais ce tableau est réservé aux superviseurs. Demandez le rôle Patchcord.Supervisor.",
  },
  failed: "Le tableau ne peut pas être lu pour l’instant. Vous voyez les dernières données connues.",
  now: {
    title: "En cours",
    none: "Personne n’a besoin d’aide en ce moment.",
    count: (n) => count(n, { one: "# demande", other: "# demandes" }),
    longest: (time) => `la plus longue ${time}`,
    asks: (agent, expert) => (expert ? `${agent} et ${expert}` : agent),
  },
  kind: {
    consult: "Consultation",
    conference: "Appel à trois",
    transfer: "Transfert",
    "blind-transfer": "Transfert direct",
    question: "Question",
    meeting: "Réunion",
  },
  state: {
    requested: "cherche quelqu’un",
    offering: "sollicite",
    waiting: "attend quelqu’un",
    ringing: "sonne",
    consulting: "en conversation",
    conferencing: "tous ensemble",
    transferring: "transfère",
    ended: "terminé",
  },
  skills: {
    title: "Qui est joignable",
    none: "Aucun expert n’est encore inscrit.",
    call: "par téléphone maintenant",
    chat: "par chat",
    later: "plus tard",
    no: "pas du tout",
    nobody: "personne maintenant",
    row: (skill, call, chat, later, no) =>
      `${skill} : ${call} par téléphone maintenant, ${chat} par chat, ${later} plus tard, ${no} pas du tout`,
    looked: (looked, total) => `Compté sur ${looked} des ${total} experts, les derniers sollicités d’abord.`,
  },
  service: {
    title: "Les réponses aux demandes de la dernière heure",
    none: "Personne n’a été sollicité depuis une heure.",
    yes: (share) => `${share} ont dit oui`,
    prompt: (seconds) => `en ${seconds} s`,
    other: "plus tard",
    later: "« dans 5 minutes »",
    declined: "ont dit non",
    silent: "sans réponse",
    open: "pas encore de réponse",
    dropped: "plus nécessaires",
    median: (time) => `La moitié des oui sont arrivés en ${time}.`,
  },
};
