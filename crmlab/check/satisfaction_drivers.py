"""Exercises of lesson 05."""

from crmlab.check import Exercise

EXERCISES = {
    "5.1": Exercise(
        solution=lambda: (0.60**2 + (0.37 - 0.40**2)) / 2 / 0.37,
        misreadings=(
            (
                lambda: (0.60**2 + (0.37 - 0.40**2)) / 2,
                "That is in units of R². Divide by .37 for the share of it.",
            ),
            (
                lambda: (0.40**2 + (0.37 - 0.60**2)) / 2 / 0.37,
                "That is the price. The queue has the .60.",
            ),
            (
                lambda: 0.60**2 / 0.37,
                "That is the order with the queue first. Average it with the queue second.",
            ),
            (
                lambda: (0.37 - 0.40**2) / 0.37,
                "That is the order with the queue second. Average it with the queue first.",
            ),
            (
                lambda: 0.60**2 / (0.60**2 + 0.40**2),
                "Squared correlations do not add up to R² when drivers overlap.",
            ),
            (
                lambda: 0.60 / (0.60 + 0.40),
                "Correlations are not shares of R². Square them, and average both orders.",
            ),
        ),
        hint="First in: .60². Second in: .37 - .40². Average the two, then divide by .37.",
    ),
    "5.2": Exercise(
        solution=lambda: "queue",
        misreadings=(
            (
                lambda: "price",
                "People name the price most. It is said more than it shows.",
            ),
            (
                lambda: "taste",
                "Both methods find taste. Which one is high in one of them only?",
            ),
            (
                lambda: "cups",
                "Cups are below the mean both ways.",
            ),
            (
                lambda: "hidden",
                "Hidden is the kind. Name the element.",
            ),
        ),
        hint="Four elements, so the mean share is .25. Look for below it stated, above it derived.",
    ),
    "5.3": Exercise(
        solution=lambda: "M",
        misreadings=(
            (
                lambda: "I",
                "I is the most frequent, but M + O + A = 53 outnumber I + R + Q = 47.",
            ),
            (
                lambda: "O",
                "M and O tie. What hurts most if it is missing?",
            ),
            (
                lambda: "A",
                "A is the smallest of the three that count.",
            ),
        ),
        hint="Add M + O + A, add the rest, look only at the larger camp. M goes before O before A.",
    ),
    "5.4": Exercise(
        solution=lambda: "B",
        misreadings=(
            (
                lambda: "A",
                "Nobody has been seen below three minutes. Why should we reach one?",
            ),
            (
                lambda: "C",
                "A tenth of a point is less than the margin of error: nobody could see it.",
            ),
            (
                lambda: "D",
                "By when? Without a date it can never be missed.",
            ),
        ),
        hint="Ask of each: could we see it, has anyone reached it, is there a date?",
    ),
}
