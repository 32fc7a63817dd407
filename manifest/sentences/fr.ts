import type { Sentences } from "./en.ts";

export const sentences: Sentences = {
  wildcardHost: {
    problem: "{0} est un caractère générique, qui couvre aussi des hôtes qui ne sont pas les vôtres",
    fix: "Nommez le seul hôte qui sert l’onglet",
  },
  tunnelHost: {
    problem: "{0} appartient à un service de tunnel, que le magasin refuse",
    fix: "Servez Patchcord sous un nom d’hôte à vous",
  },
  privateHost: {
    problem: "{0} n’est pas un nom d’hôte public",
    fix: "Utilisez un nom comme patchcord.example.com, que Teams atteint depuis Internet",
  },
  notHost: { problem: "{0} est une adresse, pas un nom d’hôte", fix: "Enlevez https:// et tout ce qui suit l’hôte" },
  nonAsciiHost: { problem: "{0} a des lettres hors ASCII", fix: "Écrivez-le sous sa forme xn--" },
  upperCaseHost: {
    problem: "{0} a des majuscules, avec lesquelles la connexion échoue sur Android",
    fix: "Écrivez-le en minuscules, ici et dans l’URI d’ID d’application",
  },
  notAddress: {
    problem: "« {0} » n’est pas une adresse",
    fix: "Écrivez-la en entier, par exemple https://patchcord.example.com",
  },
  notHttps: {
    problem: "{0} n’est pas en https",
    fix: "Commencez par https:// en minuscules, avec un certificat auquel les navigateurs font confiance",
  },
  credentials: {
    problem: "l’adresse contient un nom d’utilisateur ou un mot de passe",
    fix: "Enlevez-les : tout le monde peut lire le paquet",
  },
  moreThanHost: {
    problem: "{0} dit plus que le schéma et l’hôte",
    fix: "Enlevez port, chemin et barre finale : l’application a besoin du port https habituel",
  },
  notGuid: {
    problem: "« {0} » n’est pas un GUID",
    fix: "Copiez l’ID d’application (client) depuis l’inscription d’application dans le centre d’administration Entra",
  },
  placeholderGuid: {
    problem: "{0} est une valeur fictive",
    fix: "Copiez l’ID d’application (client) depuis l’inscription d’application dans le centre d’administration Entra",
  },
  notVersion: {
    problem: "« {0} » n’est pas trois nombres séparés par des points",
    fix: "Écrivez-la comme 1.0.0, sans suffixe",
  },
  zeroVersion: { problem: "{0} commence par 0, ce que le catalogue d’applications refuse", fix: "Commencez par 1.0.0" },
  unknownManifestVersion: {
    problem: "« {0} » n’est pas une version que nous faisons",
    fix: "Choisissez parmi {1}, ou ne l’indiquez pas",
  },
  developerName: {
    problem: "le nom a {0} caractères, 1 à 32 sont permis",
    fix: "Utilisez le nom court de votre organisation",
  },
  needlessKey: {
    problem: "cette application n’a pas l’usage de la clé",
    fix: "Enlevez-la, ou ajoutez-la à la liste des clés nécessaires avec la fonction qui en a besoin",
  },
  tooMuchPermission: { problem: "{0} est plus que ce dont l’application a besoin", fix: "Enlevez-le" },
  otherSchema: { problem: "ce n’est pas le schéma de manifestVersion {0}", fix: "Mettez {1}" },
  strangeHost: { problem: "{0} ne sert aucun onglet de cette application", fix: "Enlevez-le" },
  missingHost: { problem: "{0}, qui sert un onglet, manque", fix: "Ajoutez {0}" },
  reservedTab: { problem: "Teams nomme lui-même cet onglet", fix: "Enlevez son nom" },
  otherResource: {
    problem: "{0} n’est pas ce dont l’onglet et le bot ont besoin",
    fix: "Mettez {1}, ici et dans l’application Entra",
  },
  emptyText: { problem: "le texte est vide", fix: "Écrivez-en un" },
  tooLong: { problem: "{0} caractères, {1} sont permis", fix: "Raccourcissez de {2}" },
  untranslated: { problem: "pas traduit", fix: "Ajoutez-le au fichier de langue" },
  unknownText: { problem: "le manifeste n’a pas ce texte", fix: "Enlevez la clé ou corrigez son chemin" },
  reservedName: {
    problem: "le nom utilise un mot que Microsoft se réserve",
    fix: "Enlevez les mots comme Teams, Chat, Calls, Help ou le nom d’un autre produit Microsoft",
  },
  saysApp: { problem: "il dit « app »", fix: "Dites plutôt ce que l’on obtient" },
  repeatsName: {
    problem: "il répète le nom, qui est juste à côté",
    fix: "Utilisez la place pour dire ce que l’on obtient",
  },
  repeatsShort: { problem: "il répète la description courte", fix: "Dites-le autrement" },
  tooManyWords: { problem: "plus de 500 mots", fix: "Raccourcissez" },
  noHelp: { problem: "pas d’adresse d’aide", fix: "Terminez par une ligne qui contient {support}" },
  teamsFirst: { problem: "Teams est nommé avant Microsoft Teams", fix: "Écrivez Microsoft Teams la première fois" },
  abbreviated: { problem: "Microsoft est abrégé", fix: "Écrivez Microsoft" },
  oldName: { problem: "Office 365 est un ancien nom", fix: "Écrivez Microsoft 365" },
  certified: {
    problem: "seuls les partenaires certifiés peuvent le dire",
    fix: "Écrivez « fonctionne avec » ou « pour »",
  },
  buttonName: { problem: "Teams a un bouton de ce nom", fix: "Ajoutez ce que le nôtre a de particulier" },
  margin: {
    problem: "le symbole sort des 96x96 pixels du milieu, ou le fond n’est pas d’une seule couleur",
    fix: "Gardez 48 pixels de fond uni de chaque côté ; Teams les rogne",
  },
  background: {
    problem: "le fond n’est pas de la couleur d’accentuation {0}",
    fix: "Rendez-les identiques, ou le fond entièrement transparent",
  },
  notWhite: {
    problem: "elle a des pixels ni blancs ni transparents",
    fix: "Dessinez-la en blanc pur (255, 255, 255) seulement",
  },
  notTransparent: { problem: "son fond n’est pas transparent", fix: "Enlevez le fond" },
  emptyMargin: {
    problem: "il y a une marge vide autour du symbole",
    fix: "Faites que le symbole touche deux bords opposés",
  },
  unreadablePicture: {
    problem: "l’image ne peut être lue ({0})",
    fix: "Exportez-la en PNG à 8 bits par canal, RVB ou RVBA, non entrelacé",
  },
  pictureSize: { problem: "{0} pixels au lieu de {1}", fix: "Exportez-la en {1}" },
  missingFile: { problem: "le fichier manque", fix: "Ajoutez-le à la racine du paquet" },
  notJson: { problem: "ce n’est pas du JSON", fix: "Refaites le paquet au lieu de le modifier" },
  needlessFile: { problem: "le manifeste ne nomme pas ce fichier", fix: "Retirez-le" },
  otherSchemaVersion: { problem: "son $schema est d’une autre version que le manifeste", fix: "Mettez {0}" },
  noOfficialSchema: { problem: "il n’y a pas de schéma officiel {0}", fix: "Corrigez la ligne $schema" },
  officialSchema: { problem: "le schéma de Microsoft dit : {0}", fix: "Corrigez cette partie du fichier" },
};
