/** A colleague's picture where there is one, their initials until then and else. */
import { useEffect, useState } from "preact/hooks";
import { Avatar } from "../shared/avatar.tsx";
import { useDesk } from "./context.ts";

type Props = { personId: string; name: string; initials?: string; size?: number };

export function Face({ personId, ...rest }: Props) {
  const { photos } = useDesk();
  const [photo, setPhoto] = useState(photos.of(personId));
  useEffect(() => {
    photos.want(personId);
    const look = () => setPhoto(photos.of(personId));
    look();
    return photos.watch(look);
  }, [personId]);
  return <Avatar {...rest} {...(photo && { photo })} />;
}
