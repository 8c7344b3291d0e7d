"""revcycle: durable workflows that carry every medical claim until nothing is owed."""
