/**
 * A button with a menu, after the ARIA Authoring Practices (menu button): arrow keys, Home, End, first letters, Escape.
 * Ours because Fluent's menu relies on `focusgroup`, which browsers do not have yet.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";

export type MenuItem = {
  key: string;
  label: string;
  icon?: IconName;
  /** One quiet line: what it does, or why it cannot be done. */
  hint?: string;
  disabled?: boolean;
  checked?: boolean;
  run(): void;
};

type Props = {
  label: string;
  items: MenuItem[];
  children: ComponentChildren;
  appearance?: "primary" | "outline" | "subtle";
  class?: string;
  /** The button carries words, not only a sign. */
  wide?: boolean;
};

export function MenuButton({
  label,
  items,
  children,
  appearance = "outline",
  class: className = "",
  wide = false,
}: Props) {
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const button = useRef<HTMLElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();

  const close = (giveFocusBack: boolean) => {
    setOpen(false);
    if (giveFocusBack) button.current?.focus();
  };
  const open = (start: number) => {
    setAt(start);
    setOpen(true);
  };

  useEffect(() => {
    const menu = list.current;
    if (!isOpen || !menu || !button.current) return;
    menu.showPopover();
    place(menu, button.current);
    const follow = () => button.current && place(menu, button.current);
    const outside = (event: PointerEvent) => {
      if (!event.composedPath().some((target) => target === menu || target === button.current)) close(false);
    };
    addEventListener("pointerdown", outside);
    addEventListener("resize", follow);
    addEventListener("scroll", follow, true);
    return () => {
      removeEventListener("pointerdown", outside);
      removeEventListener("resize", follow);
      removeEventListener("scroll", follow, true);
    };
  }, [isOpen]);

  useEffect(() => {
    if (isOpen) (list.current?.children[at] as HTMLElement | undefined)?.focus();
  }, [isOpen, at]);

  const onMenuKey = (event: KeyboardEvent) => {
    const next = nextItem(event.key, at, items);
    if (event.key === "Escape" || event.key === "Tab") close(event.key === "Escape");
    if (event.key === "Enter" || event.key === " ") choose(at);
    if (next !== undefined) setAt(next);
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  };
  const choose = (index: number) => {
    const item = items[index];
    if (!item || item.disabled) return;
    close(true);
    item.run();
  };
  const onButtonKey = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    open(event.key === "ArrowDown" ? 0 : items.length - 1);
  };

  return (
    <span class={`menu ${className}`}>
      <fluent-button
        ref={button}
        role="button"
        appearance={appearance}
        size="medium"
        iconOnly={!wide}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => (isOpen ? close(false) : open(0))}
        onKeyDown={onButtonKey}
      >
        {children}
      </fluent-button>
      {isOpen && (
        <div ref={list} id={id} class="menu-list" popover="manual" role="menu" aria-label={label} onKeyDown={onMenuKey}>
          {items.map((item, index) => (
            <MenuRow item={item} tabIndex={index === at ? 0 : -1} choose={() => choose(index)} key={item.key} />
          ))}
        </div>
      )}
    </span>
  );
}

function MenuRow({ item, tabIndex, choose }: { item: MenuItem; tabIndex: number; choose: () => void }) {
  const checkable = item.checked !== undefined;
  return (
    <button
      type="button"
      class="menu-item"
      role={checkable ? "menuitemcheckbox" : "menuitem"}
      {...(checkable && { "aria-checked": item.checked })}
      aria-disabled={item.disabled ?? false}
      tabIndex={tabIndex}
      onClick={choose}
      onPointerMove={(event) => event.currentTarget.focus({ preventScroll: true })}
    >
      <span class="menu-icon">
        {checkable ? item.checked && <Icon name="check" /> : item.icon && <Icon name={item.icon} />}
      </span>
      <span class="menu-text">
        <span>{item.label}</span>
        {item.hint && <span class="quiet">{item.hint}</span>}
      </span>
    </button>
  );
}

/** Where a key leads from item `at`; undefined for keys that do not move. */
export function nextItem(key: string, at: number, items: readonly { label: string }[]): number | undefined {
  const { length } = items;
  if (key === "ArrowDown") return (at + 1) % length;
  if (key === "ArrowUp") return (at - 1 + length) % length;
  if (key === "Home") return 0;
  if (key === "End") return length - 1;
  if ([...key].length !== 1 || key === " ") return undefined;
  const order = items.map((_, index) => (at + 1 + index) % length);
  return order.find((index) => items[index]?.label.toLowerCase().startsWith(key.toLowerCase()));
}

/** Below the button and flush with its end; above it, or shifted, where there is no room. */
function place(menu: HTMLElement, button: HTMLElement) {
  const anchor = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const [viewWidth, viewHeight] = [document.documentElement.clientWidth, innerHeight];
  const gap = 4;
  const below = anchor.bottom + gap;
  const top = below + height > viewHeight && anchor.top - gap - height >= 0 ? anchor.top - gap - height : below;
  menu.style.left = `${Math.max(gap, Math.min(anchor.right - width, viewWidth - width - gap))}px`;
  menu.style.top = `${Math.max(gap, Math.min(top, viewHeight - height - gap))}px`;
}
