/** Everybody who was asked, and what each said. */

import type { OfferState } from "../../consults/model.ts";
import type { ConsultView } from "../../views.ts";
import { useNow } from "../shared/clock.tsx";
import { Icon, type IconName } from "../shared/icon.tsx";
import { useSpeech } from "./context.ts";
import { Face } from "./face.tsx";
import { offerSentence } from "./wording.ts";

const signs: Record<OfferState, IconName> = {
  planned: "more",
  asked: "bell",
  accepted: "check",
  later: "bell",
  chat: "chat",
  declined: "close",
  silent: "close",
  undeliverable: "warning",
  withdrawn: "back",
  taken: "people",
};

export function Offers({ consult }: { consult: ConsultView }) {
  const speech = useSpeech();
  const now = useNow();
  const shown = consult.offers.filter(({ state }) => state !== "planned" || consult.offers.length <= 3);
  if (shown.length === 0) return null;
  return (
    <ul class="offers" aria-label={speech.words.consult.who}>
      {shown.map((offer) => (
        <li key={offer.id} class={`offer offer-${offer.state}`}>
          <Face personId={offer.personId} size={20} name={offer.name} />
          <span class="offer-name">{offer.name}</span>
          <span class="quiet offer-says">
            <Icon name={signs[offer.state]} size={14} /> {offerSentence(offer, speech, now)}
          </span>
        </li>
      ))}
    </ul>
  );
}
