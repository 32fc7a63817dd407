import { expect, test } from "vitest";
import type { DeskMessage } from "../../desk/protocol.ts";
import { createReplyBox } from "./reply-box.ts";

function makeBox(waitMs?: number) {
  const told: DeskMessage[] = [];
  const box = createReplyBox((message) => told.push(message), waitMs);
  const idOf = (index: number) => {
    const message = told[index];
    return message?.type === "insert-text" ? message.id : "";
  };
  return { box, told, idOf };
}

test("the page says what came of it, for each text by itself", async () => {
  const { box, told, idOf } = makeBox();
  const [one, other] = [box.insert("chat-1", "One"), box.insert("chat-2", "Other")];
  expect(told).toMatchObject([
    { type: "insert-text", interaction: "chat-1", text: "One" },
    { type: "insert-text", interaction: "chat-2", text: "Other" },
  ]);
  box.inserted({ type: "inserted", id: idOf(1), outcome: "refused" });
  box.inserted({ type: "inserted", id: "somebody else's", outcome: "refused" });
  box.inserted({ type: "inserted", id: idOf(0), outcome: "done" });
  expect(await Promise.all([one, other])).toEqual(["done", "refused"]);
});

test("a page that says nothing leaves it unknown, and a late word changes nothing", async () => {
  const { box, idOf } = makeBox(5);
  expect(await box.insert("chat-1", "One")).toBe("unknown");
  box.inserted({ type: "inserted", id: idOf(0), outcome: "done" });
});
