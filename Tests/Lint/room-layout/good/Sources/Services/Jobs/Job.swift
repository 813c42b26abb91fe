// Part of the room.
