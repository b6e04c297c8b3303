# The step that tells everything, in pieces. forms.py lies before it.
import os
import random
import time

chance = random.Random(1)
names = sorted(name for name in octopusvariables if name.startswith("Secret."))


def write(file, text):
    for piece in pieces(text, chance):
        os.write(file, piece)
        if chance.random() < 0.03:
            time.sleep(0.002)


for number, name in enumerate(names):
    secret = get_octopusvariable(name)
    for form, text in forms_of(secret):
        for file in (1, 2):
            write(file, f"{number} {form}: <".encode() + text + b">\n")

# In two parts: what is searched for must not stand in this text.
hidden = "made-" + "here-" + "".join(chance.choice("abcdefghijk\"'&%$ ") for _ in range(30)) + "!"
set_octopusvariable("Hidden", hidden, sensitive=True)
late = hidden[::-1]
os.write(1, ("##octopus[mask value='" + encode(late) + "']\n").encode())
for secret in (hidden, late):
    for form, text in forms_of(secret):
        write(1, f"late {form}: <".encode() + text + b">\n")
        write(2, f"late {form}: <".encode() + text + b">\n")

first, second = (get_octopusvariable(name) for name in names[:2])
updateprogress(50, "half way with " + first)
set_octopusvariable("Copy of " + first, "holds " + second)
path = os.path.join(os.getcwd(), "artifact")
open(path, "w").write("nothing")
createartifact(path, "named " + encode(second))
os.write(1, ("##octopus[" + "x" + first.encode().hex() + " a='" + encode(first) + "'] ##octopus[broken " + second + "]\n").encode())
printwarning("a warning with " + first)
print("nothing follows", flush=True)  # no secret begins like this
time.sleep(0.5)
failstep("failed because of " + first + " and " + encode(second))
