/** A picture, or initials on a colour that stays the same for the same name. Decorative: the name stands beside it. */
import { initialsOf } from "./format.ts";

/** Names of Fluent's palettes that read well in every theme. */
const palettes = [
  "DarkRed",
  "Cranberry",
  "Pumpkin",
  "Marigold",
  "Forest",
  "Teal",
  "Steel",
  "Blue",
  "RoyalBlue",
  "Cornflower",
  "Grape",
  "Magenta",
  "Plum",
  "Beige",
  "Mink",
];

/** `photo`: a `data:` address. */
type Props = { name: string; initials?: string; size?: number; photo?: string };

export function Avatar({ name, initials = initialsOf(name), size = 32, photo }: Props) {
  const palette = palettes[hash(name) % palettes.length];
  const style = {
    width: `${size}px`,
    height: `${size}px`,
    fontSize: `${Math.round(size * 0.4)}px`,
    color: `var(--colorPalette${palette}Foreground2)`,
    background: `var(--colorPalette${palette}Background2)`,
  };
  return (
    <span class="avatar" style={style} aria-hidden="true">
      {photo ? <img src={photo} alt="" width={size} height={size} /> : initials}
    </span>
  );
}

const hash = (text: string): number =>
  [...text].reduce((sum, sign) => (sum * 31 + (sign.codePointAt(0) ?? 0)) >>> 0, 7);
