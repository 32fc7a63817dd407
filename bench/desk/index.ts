import { areaOf } from "../parts.ts";
import { measureFeeds } from "./feeds.ts";
import { measureKeys, measureRouting, measureSearch } from "./find.ts";

export const desk = areaOf("desk", "finding a colleague among 100,000, where to send a customer, 400 open desks", {
  search: measureSearch,
  routing: measureRouting,
  keys: measureKeys,
  feeds: measureFeeds,
});
