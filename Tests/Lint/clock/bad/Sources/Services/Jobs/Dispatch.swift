queue.asyncAfter(deadline: DispatchTime.now() + 1) { wake() }
