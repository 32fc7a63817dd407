/** Français. */

import { ladderReasons, ladderWords } from "../ladder.ts";
import type { Basics, Gap } from "./en.ts";

const until = (words: string, gap: Gap) => (gap.until ? `${words} jusqu’à ${gap.until}` : words);
const where = (words: string, gap: Gap) => until(gap.platform ? `${words} sur ${gap.platform}` : words, gap);

export const basics: Basics = {
  common: {
    you: "Vous",
    customer: "le client",
    colleague: "votre collègue",
    close: "Fermer",
    cancel: "Annuler",
    retry: "Réessayer",
    more: "Plus",
    loading: "Chargement",
  },

  channel: {
    voice: "voix",
    video: "vidéo",
    chat: "chat",
    messaging: "messagerie",
    email: "e-mail",
    social: "réseaux sociaux",
  },

  recording: {
    on: "Enregistré",
    paused: "Enregistrement en pause",
    off: "Non enregistré",
    unknown: "Enregistrement inconnu",
  },

  availability: {
    available: "Disponible",
    busy: "Occupé",
    "do-not-disturb": "Ne pas déranger",
    away: "Absent",
    offline: "Hors ligne",
    unknown: "Inconnu",
  },

  activity: {
    none: "",
    "on-call": "En appel",
    ringing: "Son téléphone sonne",
    "in-meeting": "En réunion",
    presenting: "En présentation",
    focusing: "Se concentre",
    "wrap-up": "Termine un appel",
    break: "En pause",
    training: "En formation",
    "be-right-back": "De retour bientôt",
    "out-of-office": "Absent du bureau",
    "off-work": "Hors horaires",
    inactive: "Inactif",
  },

  reason: {
    available: () => "Disponible",
    "in-call": (gap) => where("En appel", gap),
    ringing: (gap) => where("Son téléphone sonne", gap),
    "in-meeting": (gap) => where("En réunion", gap),
    presenting: (gap) => until("En présentation", gap),
    focusing: (gap) => until("Se concentre", gap),
    busy: (gap) => where("Occupé", gap),
    "do-not-disturb": (gap) => where("Ne pas déranger", gap),
    away: (gap) => until("Absent", gap),
    offline: (gap) => where("Hors ligne", gap),
    "out-of-office": (gap) => until("Absent du bureau", gap),
    "wrap-up": () => "Termine un appel",
    break: (gap) => until("En pause", gap),
    unknown: () => "Nous ne savons pas",
    stale: (gap) => (gap.platform ? `Sans nouvelles de ${gap.platform}` : "Sans nouvelles depuis un moment"),
    "not-accepting": (gap) => until("N’accepte pas de questions", gap),
    paused: (gap) => until("A suspendu les questions", gap),
    "off-roster": (gap) => (gap.until ? `De service à partir de ${gap.until}` : "Pas de service"),
    "quota-used": (gap) => (gap.until ? `A assez aidé, de retour ${gap.until}` : "A assez aidé ce mois-ci"),
    "cooling-down": (gap) => until("Vient d’aider, souffle un peu", gap),
    "in-consult": () => "Aide un autre agent",
    "being-asked": () => "Quelqu’un d’autre lui demande",
    ...ladderReasons("fr", "N’a pas de numéro"),
    "chat-only": () => "Par chat seulement",
    inactive: () => "Ne participe plus",
  },

  ladder: ladderWords("fr"),

  presence: {
    stale: (time) => `état de ${time}`,
  },

  problem: {
    bad_request: "Nous avons envoyé quelque chose d’illisible. Rechargez ce panneau et réessayez.",
    invalid: "Quelque chose ne va pas dans la demande. Vérifiez la question et réessayez.",
    unauthenticated: "Votre connexion a expiré. Rechargez la page dans votre centre de contact.",
    forbidden: "Vous n’avez pas le droit de faire cela. Demandez à votre administrateur.",
    not_found: "Ce n’est plus là. La liste se met à jour.",
    conflict: "La situation a changé entre-temps. Regardez et choisissez de nouveau.",
    idempotency_mismatch: "Cela a déjà été envoyé sous une autre forme. Réessayez.",
    too_large: "C’est trop long. Raccourcissez la question.",
    unsupported: "Votre centre de contact ne peut pas le faire. Choisissez une autre façon.",
    unreachable: "Personne n’est joignable ainsi. Choisissez quelqu’un d’autre ou demandez par chat.",
    platform_unauthorized:
      "Une plateforme doit être reconnectée. Prévenez votre administrateur ; en attendant, transférez avec votre téléphone.",
    platform_refused: "La téléphonie a refusé. Réessayez, ou transférez avec votre téléphone.",
    platform_throttled: "La téléphonie est surchargée. Réessayez dans un instant.",
    platform_unavailable: "La téléphonie ne répond pas. Réessayez, ou transférez avec votre téléphone.",
    unavailable: "Nous ne sommes pas prêts. Réessayez dans un instant.",
    internal: "Une erreur est survenue chez nous. Réessayez.",
  },
  offline: "Nous sommes injoignables. Votre appel continue ; réessayez dans un instant.",

  picture: {
    label: "Qui entend qui",
    hear: (one, other) => `${one} et ${other} s’entendent.`,
    hears: (one, other) => `${one} entend ${other}.`,
    music: (one) => `${one} entend de la musique.`,
    rings: (one) => `Ça sonne chez ${one}.`,
    nobody: (one) => `${one} n’entend personne.`,
    ringing: "sonne",
    asked: "sollicité",
    onHold: "musique",
  },
};
