import type { LegalTexts } from "./en.ts";

export const legal: LegalTexts = {
  languages: "Språk",
  contact: (contact) => `Skriv till ${contact}.`,
  noContact: "Fråga administratörerna i din organisation: de vet vem som driver installationen och hur de nås.",
  somebody: "den som din organisation har gett i uppdrag",
  privacy: {
    title: "Integritet",
    lead: "Vad Patchcord sparar om dig och om kunder, till vad, hur länge och hur det raderas.",
    who: {
      title: "Vem som ansvarar",
      body: (provider) =>
        `Din organisation bestämmer vad Patchcord används till och ansvarar för det. Installationen drivs av ${provider}, på uppdrag av din organisation.`,
    },
    what: {
      title: "Vad som sparas, och hur länge",
      columns: ["Vad", "Till vad", "Hur länge"],
      rows: [
        [
          "Kollegor: namn, e-post och telefonnummer i arbetet, avdelning, titel, ort, språk; en bild där organisationen visar bilder",
          "Så att handläggare hittar vem de kan fråga, och att det ringer hos rätt person",
          "Så länge du finns i organisationens katalog. Därefter visas du inte och blir inte tillfrågad; ditt namn står kvar i de förfrågningar du var med i. Bilder raderas då, eller så snart organisationen inte längre visar några.",
        ],
        [
          "Tillgänglighet: om du är ledig, i samtal eller borta, som Microsoft Teams, RingCentral och kontaktcentret visar det",
          "Så att ingen tillfrågas som inte kan svara",
          "Bara den senaste. Ingen historik, om inte organisationen har slagit på den: då så många dagar som den valt, högst 30.",
        ],
        [
          "En kunds ärende: frågan, namn eller nummer, uppgifter som hjälper till att svara, skriftliga svar",
          "Så att kollegan vet vad det gäller innan samtalet börjar",
          "En dag efter att samtalet slutat, om inte organisationen valt annat: från genast till 30 dagar. Korten som visade det töms då.",
        ],
        [
          "Vem som frågade vem, när och vad det ledde till, utan vad som sades",
          "Kvoter, siffror för arbetsledare, en rättvis ordning bland experterna",
          "Så länge organisationen använder Patchcord",
        ],
        [
          "Att en kund har varit här förut: ett nyckelskyddat avtryck som ingen kan läsa nummer eller namn ur",
          "Så att kunden kommer till kollegan som känner till ärendet",
          "30 dagar",
        ],
        [
          "Svar som en expert har sparat, utan personuppgifter och godkända av experten",
          "Så att samma fråga inte behöver ställas två gånger",
          "Tills experten eller organisationen drar tillbaka dem",
        ],
        [
          "Vem som ändrade vad i inställningarna, med ID:n",
          "Så att ändringar kan redovisas",
          "Så länge organisationen använder Patchcord",
        ],
        [
          "Tekniska spår: ID:n för händelser, meddelanden till organisationens egna system, svar på upprepade anrop",
          "Så att inget går förlorat och inget sker två gånger",
          "Tre dagar, 14 dagar och en dag",
        ],
      ],
    },
    not: {
      title: "Vad som inte sparas",
      items: [
        "Patchcord spelar inte in och lyssnar inte på samtal eller möten.",
        "Betalkortsnummer stryks innan något sparas.",
        "Inget säljs, används till reklam eller till att träna modeller. Det finns ingen spårning och ingen analys.",
        "Lösenord syns aldrig. Du loggar in hos din organisation.",
      ],
    },
    where: {
      title: "Vart det går",
      body: "Till de plattformar som organisationen har anslutit, och till ingen annan. Uppgifter om kunder sparas krypterade, med nycklar för just din organisation. Det som kommer till Microsoft Teams eller RingCentral finns kvar där enligt organisationens egna regler.",
    },
    cookies: {
      title: "Kakor",
      body: "Bara för inloggning: en som varar i högst åtta timmar, och en för de få minuter som själva inloggningen tar. Det du väljer på sidorna, som vyn, minns din egen webbläsare.",
    },
    delete: {
      title: "Tillgång och radering",
      body: "Din egen sida i Patchcord visar vad den vet om din tillgänglighet, och varför. Organisationen kan när som helst ta bort dig, radera allt om en kund i ett steg och få ett kvitto på det, och låta radera alla sina uppgifter: då finns inget kvar. Den som tar bort appen i Teams får inga fler förfrågningar där.",
    },
    ask: { title: "Frågor, tillgång, rättelse, radering" },
  },
  terms: {
    title: "Användarvillkor",
    lead: "Vad du kan vänta dig av Patchcord, och vad som väntas av dig.",
    sections: [
      {
        title: "Vem som får använda det",
        body: "De som arbetar i organisationen som installationen är till för, i sitt arbete och med organisationens inloggning. Avtalet mellan organisationen och den som driver installationen går före den här sidan.",
      },
      {
        title: "Vad det gör",
        body: "Det hittar en kollega till en kunds fråga, frågar kollegan och kopplar ihop dem. Det agerar på de plattformar som organisationen har anslutit, med de behörigheter som organisationen gett och kan ta tillbaka.",
      },
      {
        title: "Vad det inte är till för",
        body: "Nödsamtal: det är ingen väg till larmtjänster. Inte heller att i smyg övervaka hur folk arbetar: tillgängligheten är till för att förmedla förfrågningar.",
      },
      {
        title: "Vad som väntas av dig",
        body: "Dela bara det som kollegan behöver för att hjälpa kunden, inga betal- eller hälsouppgifter, och behåll det du får veta för dig själv som organisationens regler säger.",
      },
      {
        title: "Driftsäkerhet",
        body: "Den beror på andras plattformar. När en av dem fallerar säger Patchcord det och lämnar kunden hos handläggaren. Här utlovas ingen tillgänglighet; organisationen kan ha den i sitt avtal.",
      },
      {
        title: "Programvaran",
        body: "Patchcord är öppen källkod under Apache License 2.0 och lämnas utan garanti, som licensen säger.",
      },
    ],
    who: { title: "Vem som driver det", body: (provider) => `Installationen drivs av ${provider}.` },
  },
};
