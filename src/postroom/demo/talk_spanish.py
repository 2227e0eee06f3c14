"""What customers who write Spanish and we write to and fro. Texts of our own, and nothing else; see ``grammar``."""

from __future__ import annotations

from typing import Final

IN_SPANISH: Final = """
# [Salida a las {time}|Horario de {depot}|Primera ruta a las {time}]
c: nuestro primer camión sale ahora a las {time}, pero el plan empieza a las cinco. [¿Lo podemos cambiar nosotros?|¿Lo
   cambiáis vosotros o nosotros?]
u: podéis hacerlo en Ajustes, Depósitos, Horario. Poned {time} y volved a planificar; las rutas que ya salieron no
   cambian.
c: [Hecho, la primera ruta está bien.|Hecho.] La segunda vuelve al depósito {m} minutos, ¿por qué?
u: es la regla de descanso: el depósito era el aparcamiento más cercano. He añadido el área de la ronda y ya no
   vuelve.
c: [Perfecto, gracias.|Ahora sí. Los conductores lo notaron antes que yo.]

# [Factura {inv}|Duda sobre la factura {inv}|Factura {inv}: vehículos de más]
c: en la factura {inv} hay {n} vehículos de más. Los devolvimos [en primavera|en {lastmonth}]. ¿Podéis corregirla?
u: tienes razón, seguían activos. Adjunto la factura corregida; la anterior queda anulada. @ Factura {inv}
   corregida.pdf
c: [Recibida, gracias.|Recibida y enviada a contabilidad.]

# [La aplicación muestra la ruta de ayer|Ruta antigua en {n} teléfonos|Aplicación: ruta equivocada]
c: desde esta mañana {n} conductores ven la ruta de ayer. Salir y volver a entrar solo ayuda un rato.
u: gracias por avisar tan pronto. Los teléfonos guardaron una conexión antigua después de la actualización. {v} está
   en ello.
v: encontrado: los que estaban apagados a las dos de la noche no recibían cambios. Ahora reciben la ruta entera.
c: dos conductores lo han probado y [está bien|funciona]. Gracias a los dos.
c+1: esta mañana todo tranquilo, podéis cerrarlo.

# [Formación en {depot}|Formación para {n} personas|Nuevos compañeros]
c: tenemos {n} personas nuevas en planificación. ¿Puedes repetir la formación del año pasado?
u: con mucho gusto. ¿El {day} a las diez? Llevo ejercicios con vuestros propios depósitos.
c: el {weekday} a las diez, perfecto. [Habrá café.|Habrá café y pantalla.]
c+day: gracias por lo de ayer. Esta mañana han hecho todo el plan solos.

# [Renovación del contrato|Oferta para {m} vehículos|Vuestro contrato] @ Oferta {account}.pdf
u: vuestro contrato termina con el trimestre. Adjunto una oferta para {m} vehículos con las mismas condiciones.
   ¿Hablamos el {day}?
c: el {weekday} me viene bien. Una pregunta: ¿el precio es fijo durante dos años?
u: sí, está en el apartado tres. Los accesos de lectura son gratuitos, para {d} por ejemplo.
d: gracias, [solo necesito los kilómetros por depósito|con las cifras del mes me basta].

# [Cajas vacías de vuelta|Recogida de cajas|Recoger en {m} tiendas]
c: queremos recoger cajas vacías a la vuelta, al principio en {m} tiendas. ¿Es un pedido o es otra cosa?
u: es un pedido del tipo «Recogida». Necesita la capacidad de vuelta: ¿son {k} cajas por camión?
c: [unas {m} menos, porque vacías no se apilan bien.|algo menos.]
v: entonces usad la altura en lugar del número. Lo he cambiado en los camiones de {depot} como prueba.
c+2: en dos días han vuelto {k} cajas. [Lo haremos en todas partes.|Nadie ha tenido que ir dos veces.]

# [Visita a {town}|¿Paso el {weekday}?|El {day} en {town}]
u: el {day} estoy en {town}. ¿Puedo pasar una hora para ver el muelle?
c: claro, desde las tres de la mañana hay luz. {d} te enseña el muelle.
u+day: gracias por la visita. He apuntado cuatro deseos, van adjuntos. @ Notas {depot}.pdf
d: el tercero era por depósito, no por camión. [Lo demás está bien.|El resto es así.]

# [Peaje del puente|Rodeo por el túnel|Furgonetas y peaje]
c: ¿sabe el planificador que nuestras furgonetas no pagan peaje en el puente? Siempre las manda por el túnel.
u: mira el peso. Tenéis puesto 3,6 toneladas y el límite es 3,5. ¿Puede ser un error?
c: un error, son 3,49. Las rutas son ahora {m} minutos más cortas.
"""
