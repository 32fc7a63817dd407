/** Registers the Fluent elements that the pages use, and tells JSX about them. Import for its effect. */
import "@fluentui/web-components/button.js";
import "@fluentui/web-components/spinner.js";
import "@fluentui/web-components/text-input.js";
import "@fluentui/web-components/textarea.js";
import type { HTMLAttributes } from "preact";

type Element<Own = unknown> = HTMLAttributes<HTMLElement> & Own;

type FluentElements = {
  "fluent-button": Element<{
    appearance?: "primary" | "outline" | "subtle" | "transparent";
    size?: "small" | "medium" | "large";
    shape?: "rounded" | "circular" | "square";
    disabled?: boolean;
    /** Looks and reads as disabled, yet can be reached with the keyboard so that its reason can be heard. */
    disabledFocusable?: boolean;
    iconOnly?: boolean;
  }>;
  "fluent-spinner": Element<{ size?: "extra-tiny" | "tiny" | "small" | "medium" }>;
  "fluent-text-input": Element<{ value?: string; placeholder?: string; type?: string; autocomplete?: string }>;
  "fluent-textarea": Element<{
    value?: string;
    placeholder?: string;
    maxlength?: number;
    autoResize?: boolean;
    block?: boolean;
    resize?: "none" | "vertical";
  }>;
};

declare module "preact" {
  namespace JSX {
    interface IntrinsicElements extends FluentElements {}
  }
}

/** The text in the Fluent input that an event came from. */
export const textIn = (event: Event): string => {
  const { target } = event;
  return target && "value" in target && typeof target.value === "string" ? target.value : "";
};
