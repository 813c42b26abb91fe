// All done. See toDoList, todos and the mastodon.
let todo = 1
