"""How passwords and codes are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id with 7 MiB, five passes, one lane: of the settings the OWASP password storage cheat sheet holds to be equally
    strong the one that takes least memory.

    Django's own figures take 100 MiB and eight threads for each sign-in, a code sent by SMS included: a class that signs in at
    the door together would take a gigabyte. A password kept with other figures is rehashed when its owner next signs in.
    """

    time_cost = 5
    memory_cost = 7 * 1024
    parallelism = 1
