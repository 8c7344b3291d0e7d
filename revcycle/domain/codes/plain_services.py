"""Procedure codes in plain words for a patient's statement: our own words for ranges, not a code book.

The ranges follow the public outline of CPT's sections and HCPCS level II letters. As of 2026-11-22.
"""

_RANGES: tuple[tuple[str, str, str, str], ...] = (
    ("00100", "01999", "Anesthesia", "Anestesia"),
    ("10004", "19499", "Skin procedure", "Procedimiento de la piel"),
    ("20100", "29999", "Bone, joint or muscle procedure", "Procedimiento de hueso, articulación o músculo"),
    ("36415", "36416", "Drawing blood", "Extracción de sangre"),
    ("10000", "69990", "Procedure", "Procedimiento"),
    ("70010", "79999", "X-ray or other imaging", "Radiografía u otra imagen"),
    ("80047", "89398", "Laboratory test", "Prueba de laboratorio"),
    ("90281", "90399", "Injection", "Inyección"),
    ("90460", "90474", "Giving a vaccine", "Aplicación de vacuna"),
    ("90476", "90759", "Vaccine", "Vacuna"),
    ("90785", "90899", "Mental health visit", "Consulta de salud mental"),
    ("92002", "92499", "Eye examination", "Examen de la vista"),
    ("93000", "93799", "Heart test", "Prueba del corazón"),
    ("94002", "94799", "Lung test", "Prueba de los pulmones"),
    ("96360", "96379", "Injection or infusion", "Inyección o infusión"),
    ("97010", "97799", "Therapy", "Terapia"),
    ("99202", "99215", "Office visit", "Consulta médica"),
    ("99221", "99239", "Hospital visit", "Visita en el hospital"),
    ("99281", "99288", "Emergency visit", "Visita de emergencia"),
    ("99381", "99429", "Yearly check-up", "Examen anual"),
    ("99441", "99449", "Telephone visit", "Consulta por teléfono"),
    ("A0021", "A0999", "Ambulance", "Ambulancia"),
    ("E0100", "E8002", "Medical equipment", "Equipo médico"),
    ("J0000", "J9999", "Medicine", "Medicamento"),
)


def plain_service(procedure_code: str, language: str) -> str:
    """Return a procedure code's meaning for a patient, followed by the code itself."""
    for first, last, english, spanish in _RANGES:
        if first <= procedure_code <= last:
            return f"{spanish if language == 'es' else english} ({procedure_code})"
    return f"{'Servicio médico' if language == 'es' else 'Medical service'} ({procedure_code})"
