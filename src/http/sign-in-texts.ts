/** Why a sign-in came to nothing, as the person in front of the browser reads it. */

/** `upload`: the sign-in of an administrator who puts the app into the catalogue. `other`: whatever else. */
export const reasons = [
  "expired",
  "unfinished",
  "nowhere",
  "silent",
  "closed",
  "no-agent",
  "no-role",
  "not-known",
  "upload",
  "other",
] as const;
export type Reason = (typeof reasons)[number];

type Texts = {
  again: string;
  retry: string;
  start: string;
  administration: string;
  /** The number by which an administrator finds it in the log. */
  number: string;
  why: Record<Reason, [title: string, whatToDo: string]>;
};

const en: Texts = {
  again: "Sign in again",
  retry: "Try again",
  start: "Go to the start page",
  administration: "Back to administration",
  number: "Number for your administrator:",
  why: {
    expired: [
      "This sign-in has expired",
      "It was open for more than ten minutes, was used already, or was begun in another browser. Nothing is lost: sign in again.",
    ],
    unfinished: [
      "The sign-in was not finished",
      "Your organization did not confirm who you are. Sign in again, and stay on its page until it sends you back here.",
    ],
    nowhere: [
      "There is no sign-in for this organization",
      "Check the address that you opened, or ask your administrator for it.",
    ],
    silent: [
      "Your organization’s sign-in does not answer",
      "Try again in a moment. If it stays so, tell your administrator.",
    ],
    closed: ["This organization no longer signs in here", "Ask your administrator how you get in."],
    "no-agent": [
      "You are signed in, but are no agent of a contact center here",
      "New colleagues appear within five minutes; sign in again then. If it stays so, ask your administrator.",
    ],
    "no-role": [
      "You are signed in, but have no role in Patchcord",
      "Ask your administrator for the role Patchcord.Admin or Patchcord.Supervisor, then sign in again.",
    ],
    "not-known": [
      "You are signed in, but not known here yet",
      "New colleagues appear within five minutes; sign in again then. If it stays so, ask your administrator.",
    ],
    upload: [
      "This sign-in has expired, so nothing was uploaded",
      "Go back to the page that you came from and start again.",
    ],
    other: ["The sign-in did not work", "Try again. If it stays so, tell your administrator."],
  },
};

const es: Texts = {
  again: "Iniciar sesión de nuevo",
  retry: "Intentarlo de nuevo",
  start: "Ir a la página de inicio",
  administration: "Volver a la administración",
  number: "Número para tu administrador:",
  why: {
    expired: [
      "Este inicio de sesión ha caducado",
      "Estuvo abierto más de diez minutos, ya se usó o se empezó en otro navegador. No se ha perdido nada: inicia sesión de nuevo.",
    ],
    unfinished: [
      "El inicio de sesión no se completó",
      "Tu organización no confirmó quién eres. Inicia sesión de nuevo y quédate en su página hasta que te devuelva aquí.",
    ],
    nowhere: [
      "Esta organización no tiene inicio de sesión aquí",
      "Comprueba la dirección que has abierto o pídesela a tu administrador.",
    ],
    silent: [
      "El inicio de sesión de tu organización no responde",
      "Inténtalo de nuevo en un momento. Si sigue así, avisa a tu administrador.",
    ],
    closed: ["Esta organización ya no inicia sesión aquí", "Pregunta a tu administrador cómo entrar."],
    "no-agent": [
      "Has iniciado sesión, pero no eres agente de un centro de contacto aquí",
      "Los nuevos compañeros aparecen en cinco minutos; inicia sesión de nuevo entonces. Si sigue así, pregunta a tu administrador.",
    ],
    "no-role": [
      "Has iniciado sesión, pero no tienes ningún rol en Patchcord",
      "Pide a tu administrador el rol Patchcord.Admin o Patchcord.Supervisor y después inicia sesión de nuevo.",
    ],
    "not-known": [
      "Has iniciado sesión, pero aquí aún no te conocemos",
      "Los nuevos compañeros aparecen en cinco minutos; inicia sesión de nuevo entonces. Si sigue así, pregunta a tu administrador.",
    ],
    upload: [
      "Este inicio de sesión ha caducado, así que no se ha subido nada",
      "Vuelve a la página de la que venías y empieza de nuevo.",
    ],
    other: ["El inicio de sesión no ha funcionado", "Inténtalo de nuevo. Si sigue así, avisa a tu administrador."],
  },
};

const sv: Texts = {
  again: "Logga in igen",
  retry: "Försök igen",
  start: "Till startsidan",
  administration: "Tillbaka till administrationen",
  number: "Nummer till din administratör:",
  why: {
    expired: [
      "Den här inloggningen har gått ut",
      "Den var öppen i mer än tio minuter, är redan använd eller påbörjades i en annan webbläsare. Inget har gått förlorat: logga in igen.",
    ],
    unfinished: [
      "Inloggningen blev inte klar",
      "Din organisation bekräftade inte vem du är. Logga in igen och stanna på dess sida tills den skickar dig tillbaka hit.",
    ],
    nowhere: [
      "Det finns ingen inloggning för den här organisationen",
      "Kontrollera adressen som du öppnade, eller fråga din administratör efter den.",
    ],
    silent: [
      "Din organisations inloggning svarar inte",
      "Försök igen om en stund. Om det fortsätter, säg till din administratör.",
    ],
    closed: ["Den här organisationen loggar inte längre in här", "Fråga din administratör hur du kommer in."],
    "no-agent": [
      "Du är inloggad men är inte handläggare i något kontaktcenter här",
      "Nya kollegor syns inom fem minuter; logga in igen då. Om det fortsätter, fråga din administratör.",
    ],
    "no-role": [
      "Du är inloggad men har ingen roll i Patchcord",
      "Be din administratör om rollen Patchcord.Admin eller Patchcord.Supervisor och logga sedan in igen.",
    ],
    "not-known": [
      "Du är inloggad men ännu inte känd här",
      "Nya kollegor syns inom fem minuter; logga in igen då. Om det fortsätter, fråga din administratör.",
    ],
    upload: [
      "Den här inloggningen har gått ut, så inget laddades upp",
      "Gå tillbaka till sidan som du kom från och börja om.",
    ],
    other: ["Inloggningen fungerade inte", "Försök igen. Om det fortsätter, säg till din administratör."],
  },
};

const fr: Texts = {
  again: "Se connecter à nouveau",
  retry: "Réessayer",
  start: "Aller à la page d’accueil",
  administration: "Retour à l’administration",
  number: "Numéro pour votre administrateur :",
  why: {
    expired: [
      "Cette connexion a expiré",
      "Elle est restée ouverte plus de dix minutes, a déjà servi ou a été commencée dans un autre navigateur. Rien n’est perdu : connectez-vous à nouveau.",
    ],
    unfinished: [
      "La connexion n’est pas allée au bout",
      "Votre organisation n’a pas confirmé qui vous êtes. Connectez-vous à nouveau et restez sur sa page jusqu’à ce qu’elle vous ramène ici.",
    ],
    nowhere: [
      "Cette organisation ne se connecte pas ici",
      "Vérifiez l’adresse que vous avez ouverte, ou demandez-la à votre administrateur.",
    ],
    silent: [
      "La connexion de votre organisation ne répond pas",
      "Réessayez dans un instant. Si cela persiste, prévenez votre administrateur.",
    ],
    closed: ["Cette organisation ne se connecte plus ici", "Demandez à votre administrateur comment entrer."],
    "no-agent": [
      "Vous êtes connecté, mais n’êtes agent d’aucun centre de contact ici",
      "Les nouveaux collègues apparaissent en cinq minutes ; reconnectez-vous alors. Si cela persiste, demandez à votre administrateur.",
    ],
    "no-role": [
      "Vous êtes connecté, mais n’avez aucun rôle dans Patchcord",
      "Demandez à votre administrateur le rôle Patchcord.Admin ou Patchcord.Supervisor, puis reconnectez-vous.",
    ],
    "not-known": [
      "Vous êtes connecté, mais pas encore connu ici",
      "Les nouveaux collègues apparaissent en cinq minutes ; reconnectez-vous alors. Si cela persiste, demandez à votre administrateur.",
    ],
    upload: ["Cette connexion a expiré, rien n’a donc été envoyé", "Revenez à la page d’où vous venez et recommencez."],
    other: ["La connexion n’a pas fonctionné", "Réessayez. Si cela persiste, prévenez votre administrateur."],
  },
};

export const signInTexts: Record<string, Texts> & { en: Texts } = { en, es, sv, fr };
