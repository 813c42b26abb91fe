element.innerHTML = text;
