// removed when the room is furnished
